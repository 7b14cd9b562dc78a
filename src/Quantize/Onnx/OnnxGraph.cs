using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx;

/// <summary>
/// A graph of nodes joined by named wires. Nodes stand in topological order and every wire is defined once: by an input, an
/// initializer or a node. A subgraph also sees the wires of the graph around it (<see cref="Outer"/>).
/// </summary>
public sealed class OnnxGraph
{
    public OnnxGraph(string name, OnnxGraph? outer = null)
    {
        Name = name;
        Outer = outer;
        Opsets = outer?.Opsets ?? [];
    }

    public string Name { get; }

    /// <summary>The graph whose node runs this one; null for a model's own graph.</summary>
    public OnnxGraph? Outer { get; }

    public List<OnnxValue> Inputs { get; } = [];

    public List<OnnxValue> Outputs { get; } = [];

    public Dictionary<string, OnnxTensor> Initializers { get; } = [];

    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>Operator set version by domain; a subgraph shares its outer graph's.</summary>
    public Dictionary<string, long> Opsets { get; }

    /// <summary>The value of a wire that is constant here or in a graph around this one; null otherwise (and for "" or null).</summary>
    public OnnxTensor? Constant(string? wire)
    {
        if (string.IsNullOrEmpty(wire))
            return null;
        for (var graph = this; graph is not null; graph = graph.Outer)
        {
            if (graph.Initializers.TryGetValue(wire, out var tensor))
                return tensor;
        }

        return null;
    }

    /// <summary>Integers that older operator sets give as an attribute and newer ones as an input.</summary>
    /// <returns>The list, or null when both are absent.</returns>
    /// <exception cref="EdgeSeqException">ES0451: the input is there but not constant.</exception>
    public IReadOnlyList<long>? IntsFromAttributeOrInput(OnnxNode node, string attribute, int input)
    {
        if (node.Input(input) is not { } wire)
            return node.Ints(attribute);
        return Constant(wire)?.ToInts() ?? throw new EdgeSeqException(
            ErrorCodes.UnsupportedOnnxFeature,
            $"{node}: input '{attribute}' ('{wire}') is computed while the model runs",
            "export the model with fixed values there, or give the inputs it depends on with --set");
    }

    /// <summary>The node that gives each wire of this graph (without the graphs around it).</summary>
    public Dictionary<string, OnnxNode> Producers()
    {
        var producers = new Dictionary<string, OnnxNode>();
        foreach (var node in Nodes)
        {
            foreach (var output in node.Outputs.Where(output => output.Length > 0))
                producers[output] = node;
        }

        return producers;
    }

    /// <summary>The nodes that read each wire, directly or in a subgraph, in order.</summary>
    public Dictionary<string, List<OnnxNode>> Consumers()
    {
        var consumers = new Dictionary<string, List<OnnxNode>>();
        foreach (var node in Nodes)
        {
            foreach (var wire in ReadBy(node))
            {
                if (!consumers.TryGetValue(wire, out var readers))
                    consumers[wire] = readers = [];
                readers.Add(node);
            }
        }

        return consumers;
    }

    /// <summary>The wires a node reads, each once: its inputs and what its subgraphs take from the graphs around them.</summary>
    public static IReadOnlyCollection<string> ReadBy(OnnxNode node)
    {
        var wires = new HashSet<string>(node.Inputs.Where(input => input.Length > 0));
        foreach (var subgraph in node.Subgraphs)
            wires.UnionWith(subgraph.FreeWires());
        return wires;
    }

    /// <summary>The wires that this graph reads but does not define.</summary>
    public IReadOnlyCollection<string> FreeWires()
    {
        var read = new HashSet<string>(Outputs.Select(output => output.Name));
        foreach (var node in Nodes)
            read.UnionWith(ReadBy(node));
        read.ExceptWith(Defined());
        return read;
    }

    /// <summary>This graph and every graph inside it.</summary>
    public IEnumerable<OnnxGraph> AndSubgraphs() =>
        Nodes.SelectMany(node => node.Subgraphs).SelectMany(subgraph => subgraph.AndSubgraphs()).Prepend(this);

    /// <summary>The wires that this graph defines.</summary>
    public IEnumerable<string> Defined() =>
        Inputs.Select(input => input.Name).Concat(Initializers.Keys)
            .Concat(Nodes.SelectMany(node => node.Outputs).Where(output => output.Length > 0));

    /// <summary>Makes every reader of <paramref name="from"/> read <paramref name="to"/>, subgraphs included. Graph outputs stay.</summary>
    public void RedirectReaders(string from, string to)
    {
        foreach (var node in Nodes)
        {
            for (var i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] == from)
                    node.Inputs[i] = to;
            }

            foreach (var subgraph in node.Subgraphs)
                subgraph.RedirectFree(from, to);
        }
    }

    /// <summary>A deep copy (tensors, being immutable, are shared).</summary>
    public OnnxGraph Clone(OnnxGraph? outer = null)
    {
        var clone = new OnnxGraph(Name, outer);
        if (outer is null)
        {
            foreach (var (domain, version) in Opsets)
                clone.Opsets[domain] = version;
        }

        clone.Inputs.AddRange(Inputs);
        clone.Outputs.AddRange(Outputs);
        foreach (var (wire, tensor) in Initializers)
            clone.Initializers[wire] = tensor;
        clone.Nodes.AddRange(Nodes.Select(node => node.Clone(clone)));
        return clone;
    }

    private void RedirectFree(string from, string to)
    {
        if (Defined().Contains(from))
            return;
        RedirectReaders(from, to);
        for (var i = 0; i < Outputs.Count; i++)
        {
            if (Outputs[i].Name == from)
                Outputs[i] = Outputs[i] with { Name = to };
        }
    }
}
