using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx;

/// <summary>One operation of a graph. An absent optional input or output is "".</summary>
public sealed class OnnxNode(string name, string opType, string domain = "")
{
    /// <summary>Unique within the model.</summary>
    public string Name { get; } = name;

    public string OpType { get; set; } = opType;

    /// <summary>"" is the standard ONNX domain.</summary>
    public string Domain { get; set; } = domain;

    public List<string> Inputs { get; init; } = [];

    public List<string> Outputs { get; init; } = [];

    public Dictionary<string, OnnxAttribute> Attributes { get; init; } = [];

    /// <summary>The graphs that this node runs: the branches of an If, the body of a Loop or Scan.</summary>
    public IEnumerable<OnnxGraph> Subgraphs => Attributes.Values.OfType<OnnxAttribute.Graph>().Select(attribute => attribute.Value);

    /// <summary>The version of the standard operator set whose meaning the node has, where it is not the graph's (inside a model's
    /// function); 0 otherwise.</summary>
    internal long Opset { get; init; }

    /// <summary>The wire of input <paramref name="index"/>, or null when it is absent.</summary>
    public string? Input(int index) => index < Inputs.Count && Inputs[index].Length > 0 ? Inputs[index] : null;

    /// <summary>The wire of output <paramref name="index"/>, or null when it is absent.</summary>
    public string? Output(int index) => index < Outputs.Count && Outputs[index].Length > 0 ? Outputs[index] : null;

    /// <exception cref="EdgeSeqException">ES0204: the input is absent.</exception>
    public string RequiredInput(int index) =>
        Input(index) ?? throw new EdgeSeqException(ErrorCodes.OnnxGraphInvalid, $"{this} lacks input {index}");

    /// <exception cref="EdgeSeqException">ES0204: the output is absent.</exception>
    public string RequiredOutput(int index) =>
        Output(index) ?? throw new EdgeSeqException(ErrorCodes.OnnxGraphInvalid, $"{this} lacks output {index}");

    /// <summary>Whether this is an op of the standard domain.</summary>
    public bool Is(string opType) => Domain.Length == 0 && OpType == opType;

    public bool Has(string attribute) => Attributes.ContainsKey(attribute);

    /// <exception cref="EdgeSeqException">ES0204: the attribute is missing or of another type (so for every getter).</exception>
    public long Int(string attribute) => Get<OnnxAttribute.Int>(attribute).Value;

    public long Int(string attribute, long absent) => TryGet<OnnxAttribute.Int>(attribute)?.Value ?? absent;

    public float Float(string attribute) => Get<OnnxAttribute.Float>(attribute).Value;

    public float Float(string attribute, float absent) => TryGet<OnnxAttribute.Float>(attribute)?.Value ?? absent;

    public string String(string attribute) => Get<OnnxAttribute.String>(attribute).Value;

    public string String(string attribute, string absent) => TryGet<OnnxAttribute.String>(attribute)?.Value ?? absent;

    /// <summary>The list, or null when the attribute is absent.</summary>
    public IReadOnlyList<long>? Ints(string attribute) => TryGet<OnnxAttribute.Ints>(attribute)?.Values;

    public IReadOnlyList<float>? Floats(string attribute) => TryGet<OnnxAttribute.Floats>(attribute)?.Values;

    public IReadOnlyList<string>? Strings(string attribute) => TryGet<OnnxAttribute.Strings>(attribute)?.Values;

    public OnnxTensor? Tensor(string attribute) => TryGet<OnnxAttribute.Tensor>(attribute)?.Value;

    public OnnxGraph Graph(string attribute) => Get<OnnxAttribute.Graph>(attribute).Value;

    /// <summary>A copy whose lists and subgraphs are its own; <paramref name="outer"/> is the graph that will hold it.</summary>
    public OnnxNode Clone(OnnxGraph? outer) => new(Name, OpType, Domain)
    {
        Opset = Opset,
        Inputs = [.. Inputs],
        Outputs = [.. Outputs],
        Attributes = Attributes.ToDictionary(
            pair => pair.Key,
            pair => pair.Value is OnnxAttribute.Graph graph ? graph.Value.Clone(outer) : pair.Value),
    };

    /// <summary>How messages name this node.</summary>
    public override string ToString() => $"node '{Name}' ({OpType})";

    private T Get<T>(string attribute)
        where T : OnnxAttribute =>
        TryGet<T>(attribute) ?? throw new EdgeSeqException(ErrorCodes.OnnxGraphInvalid, $"{this} has no attribute '{attribute}'");

    private T? TryGet<T>(string attribute)
        where T : OnnxAttribute
    {
        if (!Attributes.TryGetValue(attribute, out var value))
            return null;
        return value as T ?? throw new EdgeSeqException(
            ErrorCodes.OnnxGraphInvalid,
            $"{this} has attribute '{attribute}' of type {value.GetType().Name} where {typeof(T).Name} is expected");
    }
}
