using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>Convolutions and pooling over two dimensions, of which the first is 1 for sequences, and the causal one over a delay
/// line.</summary>
internal static class ConvolutionEmission
{
    public static void Conv(Emission op)
    {
        int batch = op.Int("batch"), channels = op.Int("channels");
        var plane = op.IntList("inputShape");
        var (shape, attributes) = Sliding(op);
        string[] inputs = [op.In("x", batch, channels, plane[0], plane[1]), Weights(op, op.IntList("kernel")), .. Bias(op)];
        var y = op.Add("Conv", inputs, [.. attributes, ("group", (long)op.Int("groups"))]);
        op.Out("y", ElementwiseEmission.Activated(op, y), batch, op.Int("outChannels"), shape[0], shape[1]);
    }

    /// <summary>The delay line is [taps, channels], the newest last: a convolution of all of it gives one position.</summary>
    public static void ConvStep(Emission op)
    {
        int channels = op.Int("channels"), kernel = op.Int("kernel"), dilation = op.Int("dilation"), span = ((kernel - 1) * dilation) + 1;
        var line = StreamEmission.Pushed(op, span, channels);
        var x = op.Reshape(op.Add("Transpose", [line], ("perm", (long[])[1, 0])), 1, channels, span);
        var weights = op.Reshape(Weights(op, [1, kernel]), op.Int("outChannels"), channels / op.Int("groups"), kernel);
        var y = op.Add("Conv", [x, weights, .. Bias(op)], ("kernel_shape", (long[])[kernel]), ("dilations", (long[])[dilation]),
            ("group", (long)op.Int("groups")));
        op.Out("y", ElementwiseEmission.Activated(op, y), 1, op.Int("outChannels"), 1);
    }

    public static void Pool(Emission op)
    {
        int batch = op.Int("batch"), channels = op.Int("channels");
        var plane = op.IntList("inputShape");
        var (fitting, attributes) = Sliding(op);
        var shape = op.Has("outputShape") ? op.IntList("outputShape") : fitting;
        var fn = op.Text("fn");
        (string, OnnxAttribute)[] own = fn switch
        {
            "Average" => [("count_include_pad", (long)op.Int("countIncludePad"))],
            "Lp" => [("p", (long)op.Int("p"))],
            _ => [],
        };
        long ceil = shape.SequenceEqual(fitting) ? 0 : 1;
        var y = op.Add($"{fn}Pool", [op.In("x", batch, channels, plane[0], plane[1])], [.. attributes, .. own, ("ceil_mode", ceil)]);
        op.Out("y", y, batch, channels, shape[0], shape[1]);
    }

    /// <summary>The positions of a kernel that fit its input, and its attributes.</summary>
    private static (int[] Fitting, (string, OnnxAttribute)[] Attributes) Sliding(Emission op)
    {
        int[] plane = op.IntList("inputShape"), kernel = op.IntList("kernel");
        int[] strides = op.IntList("strides"), dilations = op.IntList("dilations"), pads = op.IntList("pads");
        int[] fitting = [.. Enumerable.Range(0, 2)
            .Select(i => ((plane[i] + pads[i] + pads[i + 2] - ((kernel[i] - 1) * dilations[i]) - 1) / strides[i]) + 1)];
        return (fitting,
        [
            ("kernel_shape", StepTensor.Dims(kernel)), ("strides", StepTensor.Dims(strides)),
            ("dilations", StepTensor.Dims(dilations)), ("pads", StepTensor.Dims(pads)),
        ]);
    }

    /// <summary>[out, channels in group, kH, kW] from rows whose columns are [kH][kW][channel in group].</summary>
    private static string Weights(Emission op, int[] kernel)
    {
        int rows = op.Int("outChannels"), columns = op.Int("channels") / op.Int("groups");
        return op.Add("Transpose", [op.In("W", rows, kernel[0], kernel[1], columns)], ("perm", (long[])[0, 3, 1, 2]));
    }

    private static string[] Bias(Emission op) => op.HasIn("bias") ? [op.In("bias", op.Int("outChannels"))] : [];
}
