namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>
/// Which copy of a written-out loop each wire belongs to: the number of the latest element that it depends on. Elements are single ones
/// of tensors that have as many as there are copies; wires that depend on none are around the loop.
/// </summary>
internal sealed class CopyTimes
{
    /// <summary>A wire that depends on no element.</summary>
    public const int None = -1;

    private readonly UnrolledScope _scope;
    private readonly Dictionary<string, int> _times = [];
    private readonly Dictionary<string, SequenceElement> _elements = [];

    public CopyTimes(UnrolledScope scope, int copies)
    {
        _scope = scope;
        Copies = copies;
        foreach (var node in scope.Graph.Nodes)
        {
            var latest = OnnxGraph.ReadBy(node).Select(Of).DefaultIfEmpty(None).Max();
            foreach (var output in node.Outputs.Where(output => output.Length > 0))
                _times[output] = Found(output) is { } element ? (int)element.Index : latest;
        }
    }

    public int Copies { get; }

    public int Of(string wire) => _times.GetValueOrDefault(wire, None);

    /// <summary>The element that a wire is; null where it is none.</summary>
    public SequenceElement? Element(string wire) => _elements.TryGetValue(wire, out var element) ? element : null;

    /// <summary>Numbers of elements that a graph takes one by one, each with how many there are.</summary>
    public static IEnumerable<int> Counts(UnrolledScope scope, int fewest) => scope.Graph.Nodes.SelectMany(node => node.Outputs)
        .Select(wire => (Element: scope.Elements.Of(wire), Wire: wire)).Where(pair => pair.Element is not null)
        .Select(pair => (pair.Element!.Value.Sequence, pair.Element.Value.Axis, Index: Index(scope, pair.Element.Value)))
        .Where(element => element.Index >= 0).Distinct().GroupBy(element => (element.Sequence, element.Axis))
        .Where(group => group.Count() >= fewest && group.Count() == scope.SizeOf(group.Key.Sequence, group.Key.Axis))
        .Select(group => group.Count()).Distinct().OrderDescending();

    private SequenceElement? Found(string wire)
    {
        if (_scope.Elements.Of(wire) is not { } element || _scope.SizeOf(element.Sequence, element.Axis) != Copies)
            return null;

        var index = Index(_scope, element);
        return index < 0 ? null : _elements[wire] = element with { Index = index };
    }

    /// <summary>From the start; negative where the size is not known.</summary>
    private static long Index(UnrolledScope scope, SequenceElement element) => element.Index >= 0 ? element.Index
        : element.Index + (scope.SizeOf(element.Sequence, element.Axis) ?? 0);
}
