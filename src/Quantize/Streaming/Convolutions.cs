using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>Convolutions in a step graph, whatever they were made of.</summary>
internal static class Convolutions
{
    /// <summary>Of a grouped convolution's weights, with the taps of its kernel one after the other.</summary>
    public static MatrixLayout Layout(int groups, int outInGroup, int inInGroup, int kernel) => new(groups, outInGroup, kernel * inInGroup,
        OneMatrix: PackedLayout.IsDepthwise(groups, groups * inInGroup, groups * outInGroup, kernel));

    /// <summary>The node's convolution with other operands than its inputs.</summary>
    public static StepOperand ConvOf(Lowering c, StepOperand x, OnnxTensor weights, StepValue? bias) =>
        ConvOn(c, ConvAttributes.Of(c.Node, x.Shape, weights.StepShape()), x, weights, bias);

    /// <summary>A convolution with a bias of plain numbers, into a result of the shape that follows.</summary>
    public static void ConvOn(Lowering c, ConvAttributes a, StepOperand operand, OnnxTensor weights, float[]? bias, StepOperand result)
    {
        var layout = Layout(a, weights.StepShape());
        Add(c, a, operand, weights,
            bias is null ? null : c.Graph.Constant($"{c.Node.Name}.bias", bias, [layout.Groups, layout.Rows], layout.RowVector), result);
    }

    public static StepOperand ConvOn(Lowering c, ConvAttributes a, StepOperand operand, OnnxTensor weights, StepValue? bias)
    {
        if (operand.Shape.Length > 4)
            throw c.Refuse($"convolution over {operand.Shape.Length - 2} dimensions", "1-D and 2-D are supported");

        var result = c.New(c.OutputShape(), name: c.Node.Outputs[0]);
        Add(c, a, operand, weights, bias, result);
        return result;
    }

    /// <summary>Of weights with the ONNX shape [out, in/groups, kernel..].</summary>
    public static MatrixLayout Layout(ConvAttributes a, int[] w) => Layout(a.Groups, w[0] / a.Groups, w[1], a.Kernel[0] * a.Kernel[1]);

    /// <summary>ONNX [out, in/groups, kernel..] → [groups, out/groups, kernel.., in/groups].</summary>
    public static StepValue Weights(Lowering c, OnnxTensor weights, MatrixLayout layout, int kernel)
    {
        var ordered = Streaming.Weights.Of(weights)
            .Moved(source => ChannelsLast(source, layout.Groups * layout.Rows, layout.Columns / kernel, kernel));
        return ordered.Constant(c.Graph, $"{c.Node.Name}.weight", [layout.Groups, layout.Rows, layout.Columns], layout);
    }

    private static void Add(Lowering c, ConvAttributes a, StepOperand operand, OnnxTensor weights, StepValue? bias, StepOperand result)
    {
        int[] x = operand.Shape, w = weights.StepShape();
        var weight = Weights(c, weights, Layout(a, w), a.Kernel[0] * a.Kernel[1]);
        c.Add("Conv", [c.Value(operand, $"{c.Node.Name}.x"), weight, null, bias], [result.Value],
            ("batch", x[0]), ("channels", x[1]), ("outChannels", w[0]), ("groups", a.Groups),
            ("inputShape", a.Input), ("kernel", a.Kernel), ("strides", a.Strides), ("dilations", a.Dilations), ("pads", a.Pads));
    }

    private static float[] ChannelsLast(float[] source, int outChannels, int channelsInGroup, int kernel)
    {
        var data = new float[source.Length];
        for (var o = 0; o < outChannels; o++)
        {
            for (var i = 0; i < channelsInGroup; i++)
            {
                for (var k = 0; k < kernel; k++)
                    data[(o * kernel + k) * channelsInGroup + i] = source[(o * channelsInGroup + i) * kernel + k];
            }
        }

        return data;
    }
}
