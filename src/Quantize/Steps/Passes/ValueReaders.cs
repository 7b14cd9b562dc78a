namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>Who reads each value of a step graph. A snapshot: made anew after the graph changes.</summary>
internal sealed class ValueReaders
{
    private readonly ILookup<StepValue, StepNode> _readers;
    private readonly HashSet<StepValue> _outputs;

    public ValueReaders(StepGraph graph)
    {
        _readers = graph.Nodes
            .SelectMany(node => node.Inputs.OfType<StepValue>().Select(value => value.Root).Distinct().Select(value => (value, node)))
            .ToLookup(pair => pair.value, pair => pair.node);
        _outputs = [.. graph.Outputs.Select(output => output.Value.Root)];
    }

    /// <summary>The nodes that read the value, in order.</summary>
    public IEnumerable<StepNode> Of(StepValue value) => _readers[value.Root];

    /// <summary>Whether nothing but the given nodes needs the value.</summary>
    public bool StaysWithin(StepValue value, ICollection<StepNode> nodes) => !_outputs.Contains(value.Root)
        && Of(value).All(nodes.Contains);

    /// <summary>The one node that reads the value, if it is the only one and the value is no output.</summary>
    public StepNode? Only(StepValue value) =>
        !_outputs.Contains(value.Root) && Of(value).Take(2).ToArray() is [var only] ? only : null;

    /// <summary>The one node that reads the value, if it is that op with that function.</summary>
    public StepNode? Only(StepValue value, string op, string function) =>
        Only(value) is StepNode only && only.Op == op && (string)only.Attributes["fn"] == function ? only : null;
}
