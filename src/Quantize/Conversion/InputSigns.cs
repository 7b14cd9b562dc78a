using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// Which inputs a model was made for, as far as its graph tells: one that takes logarithms, roots or powers of them has no numbers for
/// negative ones.
/// </summary>
internal static class InputSigns
{
    private static readonly HashSet<string> Partial = ["Acos", "Acosh", "Asin", "Atanh", "Log", "Pow", "Sqrt"];

    /// <summary>Noise of both signs leaves what such ops are defined for, and noise between 0 and 1 does so less often.</summary>
    public static bool ArePositive(Analysis analysis, int length)
    {
        string[] wires = [.. analysis.Graph.Nodes.Where(node => node.Domain.Length == 0 && Partial.Contains(node.OpType))
            .Select(node => node.Outputs[0])];
        return wires.Length > 0 && Undefined(analysis, length, wires, positive: false) is > 0 and var both
            && Undefined(analysis, length, wires, positive: true) < both;
    }

    private static long Undefined(Analysis analysis, int length, string[] wires, bool positive)
    {
        try
        {
            var inputs = SampleInputs.Of(analysis.Graph, analysis.TimeAxes, length, positive: positive);
            return OrtEvaluator.Evaluate(analysis.Graph, inputs, wires).Values
                .Where(value => value.ElementType.IsFloat()).Sum(value => value.ToFloats().LongCount(float.IsNaN));
        }
        catch (EdgeSeqException)
        {
            // A length that the model does not take says nothing.
            return 0;
        }
    }
}
