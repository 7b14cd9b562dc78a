using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// A transposed convolution of whole planes as an ordinary one: outputs a stride apart multiply the same part of the kernel, a phase, so
/// the rows of all phases multiply what lies under the longest one, and copies bring the results into their order.
/// </summary>
internal static class TransposedPlane
{
    public static StepOperand Of(Lowering c)
    {
        int[] x = c.Shape(0), w = c.Shape(1), y = c.OutputShape();
        if (x.Length > 4)
            throw c.Refuse($"transposed convolution over {x.Length - 2} dimensions", "1-D and 2-D are supported");

        var a = ConvAttributes.OfTranspose(c.Node, x, w, y);
        PhaseAxis[] axes = [PhaseAxis.Of(a, 0, y.Length == 4 ? y[2] : 1), PhaseAxis.Of(a, 1, y[^1])];
        var phases = axes[0].Stride * axes[1].Stride;
        var outChannels = w[1] * a.Groups;
        int[] taps = [axes[0].Taps, axes[1].Taps];
        var convolution = a with
        {
            Kernel = taps,
            Strides = [1, 1],
            Dilations = [axes[0].Dilation, axes[1].Dilation],
            Pads = [axes[0].Before, axes[1].Before, axes[0].After, axes[1].After],
        };
        var weights = OnnxTensor.FromFloats(
            Weights(c.RequireConstant(1, "weights").ToFloats(), a, axes, w), [outChannels * phases, x[1] / a.Groups, .. taps[a.Missing..]]);
        var bias = c.Has(2) ? c.RequireConstant(2, "bias").ToFloats() : null;
        float[]? rowBias = bias is null ? null : [.. bias.SelectMany(each => Enumerable.Repeat(each, phases))];
        var isOutput = axes.All(axis => axis.IsOutput);
        int[] positions = [axes[0].Positions, axes[1].Positions];
        var result = isOutput ? c.NewOutput()
            : c.New([x[0], outChannels * phases, .. positions[a.Missing..]], name: $"{c.Node.Name}.phases");
        Convolutions.ConvOn(c, convolution, c.Operand(0), weights, rowBias, result);
        return isOutput ? result : Ordered(c, axes, result, x[0], outChannels);
    }

    /// <summary>ONNX [in, out/groups, kernel..] → [out, phases, in/groups, taps..]: tap u of a phase meets the input as far from the
    /// newest as it is from the last tap.</summary>
    private static float[] Weights(float[] source, ConvAttributes a, PhaseAxis[] axes, int[] w)
    {
        int perGroup = w[1], inputs = w[0] / a.Groups;
        var weights = new List<float>();
        for (var o = 0; o < perGroup * a.Groups; o++)
        {
            foreach (var (top, left) in Planes(axes[0].Stride, axes[1].Stride))
            {
                for (var i = 0; i < inputs; i++)
                {
                    var kernel = (((o / perGroup * inputs) + i) * perGroup + (o % perGroup)) * a.Kernel[0] * a.Kernel[1];
                    foreach (var (u, v) in Planes(axes[0].Taps, axes[1].Taps))
                    {
                        int row = axes[0].KernelTap(top, u), column = axes[1].KernelTap(left, v);
                        weights.Add(row < 0 || column < 0 ? 0 : source[kernel + (row * a.Kernel[1]) + column]);
                    }
                }
            }
        }

        return [.. weights];
    }

    private static IEnumerable<(int, int)> Planes(int rows, int columns) =>
        Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(0, columns).Select(column => (row, column)));

    /// <summary>From [batch, out, phases, positions] to [batch, out, outputs]: a copy for the phases that begin and end together.</summary>
    private static StepOperand Ordered(Lowering c, PhaseAxis[] axes, StepOperand results, int batch, int outChannels)
    {
        var y = c.NewOutput();
        var source = Shapes.Strides([batch * outChannels, axes[0].Stride, axes[1].Stride, axes[0].Positions, axes[1].Positions]);
        var target = Shapes.Strides([batch * outChannels, axes[0].Outputs, axes[1].Outputs]);
        foreach (var rows in axes[0].Runs())
        {
            foreach (var columns in axes[1].Runs())
            {
                StepMoves.CopyInto(c, results.Value!, y.Value!,
                    [batch * outChannels, rows.Phases, rows.Count, columns.Phases, columns.Count],
                    (rows.Phase * source[1]) + (columns.Phase * source[2]) + (rows.Position * source[3]) + (columns.Position * source[4]),
                    [source[0], source[1], source[3], source[2], source[4]],
                    (rows.Output * target[1]) + columns.Output,
                    [target[0], target[1], axes[0].Stride * target[1], 1, axes[1].Stride]);
            }
        }

        return y;
    }
}
