namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>Collects the nodes that stand for one composite node. Every method that adds a node gives its output wire.</summary>
internal sealed class NodeParts(PartsScope scope, OnnxNode node)
{
    private readonly List<OnnxNode> _parts = [];

    public OnnxNode Node { get; } = node;

    public OnnxGraph Graph => scope.Graph;

    public OnnxTensor? Constant(int input) => Graph.Constant(Node.Input(input));

    /// <summary>Dimensions of a wire that was there before; null where the rank is not known.</summary>
    public IReadOnlyList<OnnxDimension>? Dims(string wire) => scope.TypeOf(wire)?.Dims;

    public OnnxElementType TypeOf(string wire) => scope.TypeOf(wire)?.ElementType ?? OnnxElementType.Undefined;

    public int Rank(string wire) => Dims(wire)?.Count ?? -1;

    /// <summary>Size of an axis (negative: from the end), or null where it is open.</summary>
    public long? Size(string wire, int axis) => Dims(wire) is { } dims ? dims[axis < 0 ? axis + dims.Count : axis].Size : null;

    /// <summary>As <see cref="Size"/>, also where no inference tells it: what it is at every size of the graph's inputs.</summary>
    public long? FixedSize(string wire, int axis) => Size(wire, axis) ?? scope.FixedSize(wire, axis);

    public bool Uses(int output) => Node.Output(output) is { } wire
        && (Graph.Outputs.Any(value => value.Name == wire) || Graph.Nodes.Any(other => OnnxGraph.ReadBy(other).Contains(wire)));

    public string Constant(OnnxTensor tensor, string what = "constant")
    {
        var wire = scope.Wires.Unique($"{Node.Name}/{what}");
        Graph.Initializers[wire] = tensor;
        return wire;
    }

    public string Ints(params long[] values) => Constant(OnnxTensor.Vector(values));

    public string Scalar(float value) => Constant(OnnxTensor.Scalar(value));

    public string Add(string opType, string[] inputs, params (string Name, OnnxAttribute Value)[] attributes)
    {
        var name = scope.Nodes.Unique($"{Node.Name}/{opType}");
        var output = scope.Wires.Unique(name);
        _parts.Add(new OnnxNode(name, opType)
        {
            Inputs = [.. inputs],
            Outputs = [output],
            Attributes = attributes.ToDictionary(a => a.Name, a => a.Value)
        });
        return output;
    }

    /// <summary>A node on constants alone, which folding then evaluates.</summary>
    public void Compute(string opType, string domain, string[] inputs, string output,
        IEnumerable<KeyValuePair<string, OnnxAttribute>> attributes) =>
        _parts.Add(new OnnxNode(scope.Nodes.Unique($"{Node.Name}/{opType}"), opType, domain)
        {
            Inputs = [.. inputs],
            Outputs = [output],
            Attributes = attributes.ToDictionary()
        });

    /// <summary>A node with the composite's own name, outputs and the given op: the one that carries its weights.</summary>
    public void AddSame(string opType, IEnumerable<string> inputs, IEnumerable<string> outputs,
        IEnumerable<KeyValuePair<string, OnnxAttribute>> attributes) =>
        _parts.Add(new OnnxNode(Node.Name, opType)
        {
            Inputs = [.. inputs],
            Outputs = [.. outputs],
            Attributes = attributes.ToDictionary()
        });

    public string Reshape(string x, params long[] shape) => Add("Reshape", [x, Ints(shape)]);

    public string Transpose(string x, params long[] permutation) =>
        permutation.SequenceEqual(permutation.Order()) ? x : Add("Transpose", [x], ("perm", permutation));

    public string Unsqueeze(string x, params long[] axes) => axes.Length == 0 ? x : Add("Unsqueeze", [x, Ints(axes)]);

    public string Squeeze(string x, params long[] axes) => axes.Length == 0 ? x : Add("Squeeze", [x, Ints(axes)]);

    public string Slice(string x, long axis, long start, long end, long step = 1) =>
        Add("Slice", [x, Ints(start), Ints(end), Ints(axis), Ints(step)]);

    public string Cast(string x, OnnxElementType type) => Add("Cast", [x], ("to", (long)type));

    /// <summary>A name for a node of a subgraph.</summary>
    public string NewNode(string opType) => scope.Nodes.Unique($"{Node.Name}/{opType}");

    public string NewWire(string wish) => scope.Wires.Unique($"{Node.Name}/{wish}");

    /// <summary>Adds the nodes and constants of a subgraph under other names.</summary>
    /// <param name="names">New name of every wire that the subgraph defines.</param>
    /// <param name="renameNodes">Whether the subgraph is added more than once.</param>
    /// <returns>The subgraph's outputs.</returns>
    public string[] Inline(OnnxGraph subgraph, Dictionary<string, string> names, bool renameNodes = false)
    {
        foreach (var (wire, tensor) in subgraph.Initializers)
        {
            Graph.Initializers[names[wire]] = tensor;
        }

        foreach (var inner in subgraph.Nodes)
        {
            var copy = inner.Clone(Graph);
            Folding.WireRenaming.Rename(copy, names);
            _parts.Add(renameNodes
                ? new OnnxNode(scope.Nodes.Unique($"{Node.Name}/{inner.Name}"), copy.OpType, copy.Domain)
                {
                    Inputs = copy.Inputs,
                    Outputs = copy.Outputs,
                    Attributes = copy.Attributes
                }
                : copy);
        }

        return [.. subgraph.Outputs.Select(output => names.GetValueOrDefault(output.Name, output.Name))];
    }

    /// <summary>The graph up to the composite, with the parts so far in its place.</summary>
    public OnnxGraph UpToParts()
    {
        var graph = Graph.Clone();
        var at = Graph.Nodes.IndexOf(Node);
        graph.Nodes.RemoveRange(at, graph.Nodes.Count - at);
        graph.Nodes.AddRange(_parts.Select(part => part.Clone(graph)));
        graph.Outputs.Clear();
        return graph;
    }

    /// <summary>Size of an axis as a scalar.</summary>
    public string Length(string x, long axis) => Add("Gather", [Add("Shape", [x]), Constant(OnnxTensor.Scalar(axis))]);

    /// <summary>0, 1, .. size of the axis − 1.</summary>
    public string Positions(string x, long axis) =>
        Add("Range", [Constant(OnnxTensor.Scalar(0L)), Length(x, axis), Constant(OnnxTensor.Scalar(1L))]);

    /// <summary>Makes a wire the composite's output.</summary>
    public void Output(int output, string wire)
    {
        if (Node.Output(output) is { } name)
            _parts.Add(new OnnxNode(scope.Nodes.Unique($"{Node.Name}/output_{output}"), "Identity") { Inputs = [wire], Outputs = [name] });
    }

    /// <summary>Puts the parts in the composite's place.</summary>
    public void Replace()
    {
        var at = Graph.Nodes.IndexOf(Node);
        Graph.Nodes.RemoveAt(at);
        Graph.Nodes.InsertRange(at, _parts);
    }
}
