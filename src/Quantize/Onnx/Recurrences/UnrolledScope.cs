using EdgeSeq.Quantize.Onnx.Ort;

namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>A graph in which copies are looked for, and the nodes that take their place.</summary>
internal sealed class UnrolledScope
{
    private readonly NameScope _wires;
    private readonly NameScope _nodes;
    private readonly IReadOnlyDictionary<string, OnnxValue> _types;

    public UnrolledScope(OnnxGraph graph)
    {
        Graph = graph;
        _wires = NameScope.OfWires(graph);
        _nodes = NameScope.OfNodes(graph);
        _types = TypeInference.Infer(graph);
        Producers = graph.Producers();
        Elements = new SequenceElements(graph, Producers, wire => RankOf(wire));
    }

    public OnnxGraph Graph { get; }

    public Dictionary<string, OnnxNode> Producers { get; }

    public SequenceElements Elements { get; }

    /// <summary>Nodes to be added; the graph is sorted afterwards.</summary>
    public List<OnnxNode> Added { get; } = [];

    public int? RankOf(string wire) => _types.GetValueOrDefault(wire)?.Dims?.Count;

    public OnnxValue? TypeOf(string wire) => _types.GetValueOrDefault(wire);

    public long? SizeOf(string wire, int axis) =>
        _types.GetValueOrDefault(wire)?.Dims is { } dims && axis < dims.Count ? dims[axis].Size : null;

    public string Add(string name, string opType, string[] inputs, params (string Name, OnnxAttribute Value)[] attributes) =>
        Add(name, opType, inputs, 1, attributes)[0];

    public string[] Add(string name, string opType, string[] inputs, int outputs, params (string Name, OnnxAttribute Value)[] attributes)
    {
        var node = NewNode(name, opType, inputs, outputs, attributes);
        Added.Add(node);
        return [.. node.Outputs];
    }

    /// <summary>A node that is not added: one of a subgraph.</summary>
    public OnnxNode NewNode(string name, string opType, string[] inputs, int outputs, (string Name, OnnxAttribute Value)[] attributes)
    {
        var node = new OnnxNode(_nodes.Unique($"{name}/{opType}"), opType)
        {
            Inputs = [.. inputs],
            Attributes = attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value),
        };
        for (var k = 0; k < outputs; k++)
            node.Outputs.Add(_wires.Unique($"{node.Name}/{k}"));

        return node;
    }

    public string NewWire(string name, string wish) => _wires.Unique($"{name}/{wish}");

    public string Constant(string name, OnnxTensor tensor)
    {
        var wire = _wires.Unique($"{name}/constant");
        Graph.Initializers[wire] = tensor;
        return wire;
    }

    /// <summary>Lets a wire be what another one is; the node that gave it is left without a reader.</summary>
    public void Replace(string wire, string by)
    {
        var old = Producers[wire];
        old.Outputs[old.Outputs.IndexOf(wire)] = _wires.Unique($"{wire}/replaced");
        Added.Add(new OnnxNode(_nodes.Unique($"{old.Name}/rolled"), "Identity") { Inputs = [by], Outputs = [wire] });
    }

    /// <summary>A wire and all that depend on it.</summary>
    public HashSet<string> Behind(string wire)
    {
        var behind = new HashSet<string> { wire };
        foreach (var node in Graph.Nodes.Where(node => OnnxGraph.ReadBy(node).Any(behind.Contains)))
            behind.UnionWith(node.Outputs);

        return behind;
    }

    /// <summary>An axis of a tensor in front of all others.</summary>
    public string InFront(string name, string wire, int axis)
    {
        long[] order = [axis, .. Enumerable.Range(0, RankOf(wire)!.Value).Where(i => i != axis).Select(i => (long)i)];
        return axis == 0 ? wire : Add(name, "Transpose", [wire], ("perm", order));
    }

    public void Finish()
    {
        Graph.Nodes.AddRange(Added);
        GraphOrder.Sort(Graph);
        Folding.GraphCleanup.RemoveUnused(Graph);
    }
}
