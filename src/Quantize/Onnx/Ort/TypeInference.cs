using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Quantize.Onnx.Writing;
using EdgeSeq.Runtime.Errors;
using Microsoft.ML.OnnxRuntime;

namespace EdgeSeq.Quantize.Onnx.Ort;

/// <summary>Element types and dimensions of a graph's wires, as ONNX Runtime infers them.</summary>
public static class TypeInference
{
    private const string RankProbe = "edgeseq_rank_of/";

    /// <summary>Float tensors above this many elements are declared instead of stored: their values cannot influence a type.</summary>
    private const int MaxStoredElements = 1024;

    /// <returns>Every tensor wire of the graph (not of its subgraphs). Equal symbols are equal sizes.</returns>
    /// <exception cref="EdgeSeqException">ES0208: the graph is inconsistent; ES0452: it has an op that ONNX Runtime does not
    /// know.</exception>
    public static IReadOnlyDictionary<string, OnnxValue> Infer(OnnxGraph graph)
    {
        var types = new Dictionary<string, OnnxValue>();
        foreach (var input in graph.Inputs)
            types[input.Name] = input;
        foreach (var (wire, tensor) in graph.Initializers)
            types[wire] = TypeOf(wire, tensor);

        var wires = graph.Nodes.SelectMany(node => node.Outputs).Where(output => output.Length > 0).ToList();
        if (wires.Count == 0)
            return types;
        var model = Declare(graph);
        foreach (var wire in wires)
            model.Graph.Output.Add(new ValueInfoProto { Name = wire });

        using var session = Open(graph, model, HasOnlyTensors(graph) ? wires : TensorsOf(graph, model, wires));
        foreach (var wire in wires.Where(wire => session.OutputMetadata[wire].IsTensor))
            types[wire] = TypeOf(wire, session);
        return types;
    }

    /// <summary>The wires of the graph (not of its subgraphs) that are tensors, and not lists of them or optional ones.</summary>
    internal static IReadOnlyCollection<string> Tensors(OnnxGraph graph) =>
        HasOnlyTensors(graph) ? [.. graph.Defined()] : [.. Infer(graph).Keys];

    private static OnnxValue TypeOf(string wire, OnnxTensor tensor) =>
        new(wire, tensor.ElementType, [.. tensor.Dims.Select(dim => new OnnxDimension(dim))]);

    private static OnnxValue TypeOf(string wire, InferenceSession session)
    {
        var metadata = session.OutputMetadata[wire];
        var type = (OnnxElementType)metadata.ElementDataType;
        if (session.OutputMetadata.TryGetValue(RankProbe + wire, out var probe) && probe.Dimensions[0] < 0)
            return new OnnxValue(wire, type, null);
        var dims = metadata.Dimensions.Zip(metadata.SymbolicDimensions, ToDimension);
        return new OnnxValue(wire, type, [.. dims]);
    }

    private static OnnxDimension ToDimension(int size, string symbol) =>
        size >= 0 ? size : symbol.Length > 0 ? symbol : OnnxDimension.Unknown;

    /// <summary>The graph with its large float tensors as inputs, without outputs.</summary>
    private static ModelProto Declare(OnnxGraph graph)
    {
        var declared = new OnnxGraph(graph.Name);
        foreach (var (domain, version) in graph.Opsets)
            declared.Opsets[domain] = version;
        declared.Inputs.AddRange(graph.Inputs);
        foreach (var (wire, tensor) in graph.Initializers)
        {
            if (tensor.Count > MaxStoredElements && tensor.ElementType.IsFloat())
                declared.Inputs.Add(TypeOf(wire, tensor));
            else
                declared.Initializers[wire] = tensor;
        }

        declared.Nodes.AddRange(graph.Nodes);
        return OnnxWriter.ToProto(declared);
    }

    /// <summary>
    /// A session reports neither rank for a wire of unknown rank nor dimensions for a scalar. The length of the wire's Shape tells
    /// the two apart.
    /// </summary>
    private static InferenceSession Open(OnnxGraph graph, ModelProto model, IReadOnlyCollection<string> tensors)
    {
        foreach (var wire in tensors)
        {
            model.Graph.Node.Add(new NodeProto
            {
                OpType = "Shape",
                Name = RankProbe + wire,
                Input = { wire },
                Output = { RankProbe + wire }
            });
            model.Graph.Output.Add(new ValueInfoProto { Name = RankProbe + wire });
        }

        return OrtRuntime.OpenBounded(OnnxWriter.ToBytes(model), graph);
    }

    private static List<string> TensorsOf(OnnxGraph graph, ModelProto model, IReadOnlyCollection<string> wires)
    {
        using var session = OrtRuntime.OpenBounded(OnnxWriter.ToBytes(model), graph);
        return [.. wires.Where(wire => session.OutputMetadata[wire].IsTensor)];
    }

    private static bool HasOnlyTensors(OnnxGraph graph) => graph.Nodes.All(
        node => !node.OpType.Contains("Sequence", StringComparison.Ordinal)
            && !node.OpType.Contains("Optional", StringComparison.Ordinal)
            && node.Subgraphs.All(HasOnlyTensors));
}
