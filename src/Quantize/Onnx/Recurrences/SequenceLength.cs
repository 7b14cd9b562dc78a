using EdgeSeq.Quantize.Onnx.Ort;

namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>Which outer sequences a loop walks along from the first element to the last.</summary>
internal sealed class SequenceLength(LoopBodyEditor editor)
{
    private readonly HashSet<string> _whole = [];
    private readonly Lazy<IReadOnlyDictionary<string, OnnxValue>> _types = new(() => TypeInference.Infer(editor.Graph));

    /// <summary>Notes a sequence of the loop's own length along its first axis.</summary>
    public void Add(string wire) => _whole.Add(wire);

    public bool IsWhole(string wire, long axis)
    {
        if (axis == 0 && _whole.Contains(wire))
            return true;

        var producers = editor.OuterProducers();
        var trips = TripCount.Root(editor.Graph, producers, editor.Loop.Inputs[0]);
        if (trips.StartsWith('='))
        {
            return _types.Value.GetValueOrDefault(wire)?.Dims is { } dims && axis < dims.Count && dims[(int)axis].Size is long size
                && trips == $"={size}";
        }

        while (true)
        {
            if (trips == $"{wire}[{axis}]")
                return true;

            if (!producers.TryGetValue(wire, out var node))
                return false;

            if (node.Is("Transpose") && node.Ints("perm") is { } permutation)
                axis = permutation[(int)axis];
            else if (!node.Is("Cast") && !node.Is("Identity"))
                return false;

            wire = node.Inputs[0];
        }
    }

    /// <summary>Dimensions of an outer wire; null where the rank is not known.</summary>
    public int? Rank(string wire) => _types.Value.GetValueOrDefault(wire)?.Dims?.Count;
}
