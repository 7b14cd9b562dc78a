using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>Attributes of a convolution or pooling op as 2-D [height, width]; a 1-D op has height 1.</summary>
/// <param name="Missing">1 for a 1-D op, whose only axis is the width; 0 for a 2-D op.</param>
/// <param name="Pads">Top, left, bottom, right.</param>
/// <param name="AutoPad">The padding was derived from the input's size (SAME_UPPER or SAME_LOWER).</param>
internal sealed record ConvAttributes(
    int Missing, int Groups, int[] Input, int[] Kernel, int[] Strides, int[] Dilations, int[] Pads, bool AutoPad)
{
    public static ConvAttributes Of(OnnxNode node, int[] inputShape, int[]? weightShape)
    {
        var rank = inputShape.Length - 2;
        if (rank is < 1 or > 2)
            throw Refusal.Of(node, $"it works over {rank} dimensions", "1-D and 2-D are supported");

        var kernel = node.Ints("kernel_shape") is { } given ? Ints(given) : weightShape![2..];
        var strides = Ints(node.Ints("strides"), rank, 1);
        var dilations = Ints(node.Ints("dilations"), rank, 1);
        var autoPad = node.String("auto_pad", "NOTSET");
        var pads = autoPad switch
        {
            "SAME_UPPER" or "SAME_LOWER" => SamePads(inputShape[2..], kernel, strides, dilations, autoPad == "SAME_LOWER"),
            "VALID" => new int[2 * rank],
            _ => Ints(node.Ints("pads"), 2 * rank, 0),
        };
        return new ConvAttributes(2 - rank, (int)node.Int("group", 1), Wide(inputShape[2..], 1), Wide(kernel, 1), Wide(strides, 1),
            Wide(dilations, 1),
            rank == 2 ? pads : [0, pads[0], 0, pads[1]], autoPad.StartsWith("SAME", StringComparison.Ordinal));
    }

    /// <summary>A transposed convolution's padding at the start; what it crops at the end follows from the output shape.</summary>
    public static ConvAttributes OfTranspose(OnnxNode node, int[] inputShape, int[] weightShape, int[] outputShape)
    {
        var a = Of(node, inputShape, weightShape);
        var pads = new int[4];
        var output = Wide(outputShape[2..], 1);
        var autoPad = node.String("auto_pad", "NOTSET");
        var total = autoPad.StartsWith("SAME", StringComparison.Ordinal) || node.Has("output_shape");
        var extra = Wide(Ints(node.Ints("output_padding"), 2 - a.Missing, 0), 0);
        for (var i = 0; i < 2; i++)
        {
            var whole = (a.Input[i] - 1) * a.Strides[i] + extra[i] + (a.Kernel[i] - 1) * a.Dilations[i] + 1;
            var cropped = whole - output[i];
            pads[i] = !total ? a.Pads[i] : Math.Max(0, autoPad == "SAME_UPPER" ? cropped / 2 : cropped - cropped / 2);
            pads[i + 2] = Math.Max(0, cropped - pads[i]);
        }

        return a with { Pads = pads };
    }

    /// <summary>The op on a window that holds just the elements under the kernel along one axis.</summary>
    public ConvAttributes OnWindow(int spatial, int span)
    {
        var pads = (int[])Pads.Clone();
        pads[spatial] = pads[spatial + 2] = 0;
        return this with { Input = Shapes.With(Input, spatial, span), Strides = Shapes.With(Strides, spatial, 1), Pads = pads };
    }

    /// <summary>Padding that makes as many outputs as the input has strides: in front of each axis, then behind.</summary>
    public static int[] SamePads(int[] input, int[] kernel, int[] strides, int[] dilations, bool lower)
    {
        var rank = input.Length;
        var pads = new int[2 * rank];
        for (var i = 0; i < rank; i++)
        {
            var outputs = (input[i] + strides[i] - 1) / strides[i];
            var total = Math.Max(0, (outputs - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 - input[i]);
            pads[i] = lower ? total - total / 2 : total / 2;
            pads[rank + i] = total - pads[i];
        }

        return pads;
    }

    private static int[] Wide(int[] values, int height) => values.Length == 2 ? values : [height, values[0]];

    private static int[] Ints(IReadOnlyList<long> values) => [.. values.Select(value => checked((int)value))];

    private static int[] Ints(IReadOnlyList<long>? values, int count, int absent) =>
        values is { Count: > 0 } ? Ints(values) : [.. Enumerable.Repeat(absent, count)];
}
