using System.Text.RegularExpressions;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// Inputs that were constants of the model and lost their values in the export: TensorFlow's names of inner values (the mean and
/// variance of a Normalization layer) beside the model's own inputs.
/// </summary>
internal static partial class LostConstants
{
    /// <exception cref="EdgeSeqException">ES0410: there is one.</exception>
    public static void Refuse(OnnxGraph graph)
    {
        var lost = graph.Inputs.Where(input => InnerValue().IsMatch(input.Name) && input.Dims?.All(dim => dim.Size is not null) == true)
            .ToList();
        if (lost.Count == 0 || lost.Count == graph.Inputs.Count)
            return;

        var names = string.Join(", ", lost.Select(input => $"'{input.Name}'"));
        throw new EdgeSeqException(ErrorCodes.NodeUnsupported,
            $"{names} {(lost.Count == 1 ? "is an input" : "are inputs")} by the name of an inner value: a constant that the export lost (the statistics of a Normalization layer)",
            $"export the SavedModel instead (model.export(folder), then python -m tf2onnx.convert --saved-model folder --output model.onnx), or give the values in the place of these zeros: --set \"{Zeros(lost[0])}\"");
    }

    private static string Zeros(OnnxValue input) =>
        $"{input.Name}={string.Join(',', Enumerable.Repeat("0", (int)Math.Min(16, input.Dims!.Aggregate(1L, (count, dim) => count * dim.Size!.Value))))}";

    [GeneratedRegex("/.*:\\d+$")]
    private static partial Regex InnerValue();
}
