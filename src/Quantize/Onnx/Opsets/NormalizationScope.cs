using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx.Opsets;

/// <summary>What the rules need to know of the graph that a node stands in, and the means to add to it.</summary>
internal sealed class NormalizationScope
{
    private readonly NameScope _wires;
    private readonly NameScope _nodes;
    private readonly IReadOnlyDictionary<string, OnnxValue> _types;
    private readonly long _modelsOpset;
    private Dictionary<string, List<OnnxNode>> _consumers = [];
    private ScalarWires _scalars;

    public NormalizationScope(OnnxGraph root)
    {
        _modelsOpset = root.Opsets[""];
        Graph = root;
        _scalars = new ScalarWires(root);
        _wires = NameScope.OfWires(root);
        _nodes = NameScope.OfNodes(root);
        _types = NeedsTypes(root) ? TypesOf(root) : new Dictionary<string, OnnxValue>();
    }

    public OnnxGraph Graph { get; private set; }

    /// <summary>Whether something was written out that ONNX does not allow.</summary>
    public bool IsRepaired { get; set; }

    /// <summary>The operator set version that a node is written against.</summary>
    public long Version(OnnxNode node) => node.Opset > 0 ? node.Opset : _modelsOpset;

    public void Enter(OnnxGraph graph)
    {
        Graph = graph;
        _consumers = graph.Consumers();
        _scalars = new ScalarWires(graph);
    }

    /// <summary>Whether a wire is known to have no dimensions.</summary>
    public bool HasNoDimensions(string? wire) => _scalars.Contains(wire);

    /// <summary>The type of a wire, or null where it is not known (always inside subgraphs).</summary>
    public OnnxValue? TypeOf(string? wire) => wire is not null && _types.TryGetValue(wire, out var type) ? type : null;

    /// <summary>Whether anything reads a wire of the current graph.</summary>
    public bool IsRead(string? wire) =>
        wire is not null && (_consumers.ContainsKey(wire) || Graph.Outputs.Any(output => output.Name == wire));

    /// <summary>Adds a constant for <paramref name="node"/> and gives its wire.</summary>
    public string AddConstant(OnnxNode node, string what, OnnxTensor value)
    {
        var wire = NewWire(node, what);
        Graph.Initializers[wire] = value;
        return wire;
    }

    /// <summary>A wire name that is free in the model.</summary>
    public string NewWire(OnnxNode node, string what) => _wires.Unique($"{node.Name}/{what}");

    /// <summary>A node name that is free in the model.</summary>
    public string NewNodeName(OnnxNode node, string opType) => _nodes.Unique($"{node.Name}/{opType}");

    /// <summary>A helper node beside <paramref name="node"/>, with one new output wire.</summary>
    public OnnxNode NewNode(OnnxNode node, string opType, params string[] inputs)
    {
        var name = NewNodeName(node, opType);
        return new OnnxNode(name, opType) { Inputs = [.. inputs], Outputs = [_wires.Unique(name)] };
    }

    private bool NeedsTypes(OnnxGraph graph) => graph.Nodes.Any(node => node.OpType switch
    {
        "FusedMatMul" or "TransposeMatMul" => true,
        "Softmax" or "LogSoftmax" or "Hardmax" => Version(node) < 13,
        "Clip" or "Pad" => Version(node) < 11,
        "GroupNormalization" => Version(node) < 21,
        _ => false,
    });

    /// <summary>Without types the rules take the forms that are right for every type.</summary>
    private static IReadOnlyDictionary<string, OnnxValue> TypesOf(OnnxGraph graph)
    {
        try
        {
            return TypeInference.Infer(graph);
        }
        catch (EdgeSeqException)
        {
            return new Dictionary<string, OnnxValue>();
        }
    }
}
