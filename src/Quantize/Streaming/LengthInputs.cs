using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>
/// Inputs by which nodes learn how long a sequence is, or where in it something lies. What they hold follows the length, and the rules
/// read it so. Any other constant that the graph computes from the length would stay that of one sample.
/// </summary>
internal static class LengthInputs
{
    private static readonly Dictionary<string, int[]> Known = new(StringComparer.Ordinal)
    {
        ["CenterCropPad"] = [1],
        ["Concat"] = [.. Enumerable.Range(0, 64)],
        ["Expand"] = [1],
        ["GRU"] = [4, 5],
        ["Gather"] = [1],
        ["GatherElements"] = [1],
        ["LSTM"] = [4, 5, 6],
        ["Loop"] = [0],
        ["Pad"] = [1],
        ["RNN"] = [4, 5],
        ["Reshape"] = [1],
        ["Resize"] = [1, 2, 3],
        ["ReverseSequence"] = [1],
        ["Slice"] = [1, 2, 3, 4],
        ["Split"] = [1],
        ["Tile"] = [1],
        ["Upsample"] = [1],
        ["Where"] = [1, 2],
    };

    /// <summary>Whether a stream would hold the input at the value of one length.</summary>
    public static bool Freezes(OnnxNode node, int input, ConstantWire constant) =>
        constant.VariesWithTime && !(Known.TryGetValue(node.OpType, out var inputs) && inputs.Contains(input));

    public static EdgeSeqException Varies(OnnxNode node, int input) => Refusal.NotCausal(node,
        $"its input '{node.Inputs[input]}' is computed from the length of the whole input, so it would be right for one length only");
}
