using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Normalisation of each element by itself. What normalises over time is not causal.</summary>
internal static class NormalizationOps
{
    private const float SmallestNormal = 1.17549435e-38f;

    public static void Register(OpTable table)
    {
        table.Add("LayerNormalization", c => LayerNorm(c, rms: false), StreamLayerNorm, "over the features of each element");
        table.Add("RMSNormalization", c => LayerNorm(c, rms: true), StreamLayerNorm, "over the features of each element");
        table.Add("SimplifiedLayerNormalization", c => LayerNorm(c, rms: true), StreamLayerNorm, "over the features of each element");
        table.Add("SkipLayerNormalization", c => SkipLayerNorm(c, rms: false), StreamSkip, "over the features of each element", "com.microsoft");
        table.Add("SkipSimplifiedLayerNormalization", c => SkipLayerNorm(c, rms: true), StreamSkip, "over the features of each element",
            "com.microsoft");
        table.Add("BatchNormalization", c => [BatchNorm(c)], StreamBatchNorm, "a factor and an offset per channel");
        table.Add("InstanceNormalization", c => [InstanceNorm(c)], StreamInstanceNorm, "where the normalised axes leave out time");
        table.Add("GroupNormalization", c => [GroupNorm(c)], StreamInstanceNorm, "where the normalised axes leave out time");
        table.Add("MeanVarianceNormalization", MeanVariance, StreamMeanVariance, "where the normalised axes leave out time");
        table.Add("LpNormalization", c => [LpNorm(c)], StreamLpNorm, "over the features of each element");
    }

    private static StepOperand?[] LayerNorm(Lowering c, bool rms)
    {
        var axis = Shapes.Axis(c.Node.Int("axis", -1), c.Shape(0).Length);
        var y = Normalize(c, c.Operand(0), axis, c.Optional(1), c.Optional(2), rms);
        return [y, .. Statistics(c, axis).Take(c.OutputCount - 1)];
    }

    /// <summary>The mean and 1/√(variance + ε) that a LayerNormalization gives beside its result, where they are asked for.</summary>
    private static IEnumerable<StepOperand?> Statistics(Lowering c, int axis)
    {
        var x = c.Operand(0);
        int[] axes = [.. Enumerable.Range(axis, x.Shape.Length - axis)];
        var mean = ReduceOps.ReduceAxes(c, x, axes, "Mean");
        yield return mean;
        yield return StepArithmetic.Unary(c, Deviation(c, x, mean, axes, c.Node.Float("epsilon", 1e-5f)), "Reciprocal");
    }

    /// <summary>√(variance + ε).</summary>
    private static StepOperand Deviation(Lowering c, StepOperand x, StepOperand mean, int[] axes, float epsilon)
    {
        var centred = StepArithmetic.Binary(c, "Sub", x, mean);
        var variance = ReduceOps.ReduceTogether(c, StepArithmetic.Binary(c, "Mul", centred, centred), axes, "Mean");
        return StepArithmetic.Unary(c, StepArithmetic.Binary(c, "Add", variance, StepArithmetic.Scalar(epsilon)), "Sqrt");
    }

    /// <summary>(x − mean) / deviation over the given axes.</summary>
    private static StepOperand?[] MeanVariance(Lowering c)
    {
        var x = c.Operand(0);
        var axes = MeanVarianceAxes(c.Node, x.Shape.Length);
        var mean = ReduceOps.ReduceTogether(c, x, axes, "Mean");
        return [StepArithmetic.Binary(c, "Div", StepArithmetic.Binary(c, "Sub", x, mean), Deviation(c, x, mean, axes, 1e-9f))];
    }

    private static int[] MeanVarianceAxes(OnnxNode node, int rank) =>
        node.Ints("axes") is { } axes ? [.. axes.Select(axis => Shapes.Axis(axis, rank)).Order()]
        : [.. new[] { 0, 2, 3 }.Where(axis => axis < rank)];

    private static Wire?[] StreamMeanVariance(NodeContext c)
    {
        var stream = c.FirstStream;
        return MeanVarianceAxes(c.Node, stream.FullShape.Length).Contains(stream.Axis) ? throw c.NotCausal("it normalises over all time")
            : c.Track(stream.Axis);
    }

    private static StepOperand Normalize(Lowering c, StepOperand x, int axis, StepValue? scale, StepValue? bias, bool rms)
    {
        var count = Shapes.Product(x.Shape, axis, x.Shape.Length);
        var y = c.New(x.Shape);
        c.Add("LayerNorm", [c.Value(x, $"{c.Node.Name}.x"), scale, bias], [y.Value],
            ("outer", x.Length / count), ("count", count), ("epsilon", c.Node.Float("epsilon", 1e-5f)), ("rms", rms ? 1 : 0));
        return y;
    }

    private static StepOperand?[] SkipLayerNorm(Lowering c, bool rms)
    {
        var sum = StepArithmetic.Binary(c, "Add", c.Operand(0), c.Operand(1));
        var bias = rms ? 3 : 4;
        if (c.Has(bias))
            sum = StepArithmetic.Binary(c, "Add", sum, c.Operand(bias));

        var y = Normalize(c, sum, sum.Shape.Length - 1, c.Optional(2), rms ? null : c.Optional(3), rms);
        var outputs = new StepOperand?[c.OutputCount];
        outputs[0] = y;
        if (outputs.Length > 3)
            outputs[3] = sum;

        return outputs;
    }

    private static Wire?[] StreamLayerNorm(NodeContext c)
    {
        var stream = c.Stream(0) ?? throw c.Refuse("its input is not a sequence");
        return Shapes.Axis(c.Node.Int("axis", -1), stream.FullShape.Length) <= stream.Axis
            ? throw c.NotCausal("it normalises over all time")
            : c.Track(stream.Axis);
    }

    private static Wire?[] StreamSkip(NodeContext c) => c.TrackBroadcast(c.FirstStream.Axis);

    /// <summary>y = x·s + b with s = scale/√(var + ε), b = bias − mean·s, per channel (axis 1).</summary>
    private static StepOperand BatchNorm(Lowering c)
    {
        var scale = c.RequireConstant(1, "scale").ToFloats();
        var bias = c.RequireConstant(2, "bias").ToFloats();
        var mean = c.RequireConstant(3, "mean").ToFloats();
        var variance = c.RequireConstant(4, "variance").ToFloats();
        var epsilon = c.Node.Float("epsilon", 1e-5f);
        var factor = scale.Select((s, i) => (float)(s / Math.Sqrt((double)variance[i] + epsilon))).ToArray();
        var offset = bias.Select((b, i) => (float)(b - (double)mean[i] * factor[i])).ToArray();
        return Affine(c, c.Operand(0), factor, offset);
    }

    private static Wire?[] StreamBatchNorm(NodeContext c) =>
        c.FirstStream.Axis == 1 ? throw c.Refuse("the time axis is its channel axis", Refusal.UseWindow) : c.Track(c.FirstStream.Axis);

    /// <summary>x·factor + offset with one factor and offset a channel (axis 1).</summary>
    private static StepOperand Affine(Lowering c, StepOperand x, float[] factor, float[] offset)
    {
        long[] shape = [.. Enumerable.Range(0, Math.Max(1, x.Shape.Length - 1)).Select(i => i == 0 ? (long)factor.Length : 1)];
        var scaled = StepArithmetic.Binary(c, "Mul", x, StepOperand.Of(OnnxTensor.FromFloats(factor, shape)));
        return StepArithmetic.Binary(c, "Add", scaled, StepOperand.Of(OnnxTensor.FromFloats(offset, shape)));
    }

    private static StepOperand InstanceNorm(Lowering c) => Grouped(c, c.Shape(0)[1]);

    private static StepOperand GroupNorm(Lowering c) => Grouped(c, (int)c.Node.Int("num_groups"));

    /// <summary>Normalises each group of channels over the group and all positions, then scales each channel.</summary>
    private static StepOperand Grouped(Lowering c, int groups)
    {
        var x = c.Operand(0);
        var shape = x.Shape;
        var normalized = Normalize(c, x.Reshaped([shape[0], groups, x.Length / (shape[0] * groups)]), 2, null, null, rms: false)
            .Reshaped(shape);
        var scale = PerChannel(c.RequireConstant(1, "scale").ToFloats(), shape[1]);
        return Affine(c, normalized, scale, PerChannel(c.RequireConstant(2, "bias").ToFloats(), shape[1]));
    }

    /// <summary>Older opsets give one value a group instead of one a channel.</summary>
    private static float[] PerChannel(float[] values, int channels) =>
        [.. Enumerable.Range(0, channels).Select(i => values[i * values.Length / channels])];

    private static Wire?[] StreamInstanceNorm(NodeContext c)
    {
        var stream = c.Stream(0) ?? throw c.Refuse("its input is not a sequence");
        return stream.Axis == 0 ? c.Track(0) : throw c.NotCausal("it normalises over all time");
    }

    private static StepOperand LpNorm(Lowering c)
    {
        var x = c.Operand(0);
        var axis = Shapes.Axis(c.Node.Int("axis", -1), x.Shape.Length);
        var norm = ReduceOps.ReduceAxes(c, x, [axis], c.Node.Int("p", 2) == 1 ? "L1" : "L2");
        // Zeros divided by the smallest number stay zeros, as the newest operator set says.
        return StepArithmetic.Binary(c, "Div", x, StepArithmetic.Binary(c, "Max", norm, StepArithmetic.Scalar(SmallestNormal)));
    }

    private static Wire?[] StreamLpNorm(NodeContext c)
    {
        var stream = c.Stream(0) ?? throw c.Refuse("its input is not a sequence");
        return Shapes.Axis(c.Node.Int("axis", -1), stream.FullShape.Length) == stream.Axis
            ? throw c.NotCausal("it normalises over all time")
            : c.Track(stream.Axis);
    }
}
