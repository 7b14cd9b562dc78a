using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Pooling over a window. Along time it is a ring of past elements, as convolution is.</summary>
internal static class PoolOps
{
    public static void Register(OpTable table)
    {
        foreach (var (op, function) in new[] { ("MaxPool", "Max"), ("AveragePool", "Average"), ("LpPool", "Lp") })
        {
            table.Add(op, c => Pool(c, function), c => StreamPool(c, function),
                "keeps the past elements that it needs; a stride makes the output come every so many steps");
        }
    }

    private static StepOperand?[] Pool(Lowering c, string function)
    {
        if (c.OutputCount > 1 && c.Node.Outputs[1].Length > 0)
            throw c.Refuse("its second output (indices) is used");

        var x = StepArithmetic.Cast(c, c.Operand(0), Runtime.Program.ElementType.F32);
        return [StepArithmetic.Cast(c, PoolOn(c, x, ConvAttributes.Of(c.Node, c.Shape(0), null), function, c.OutputShape()),
            c.OutputType())];
    }

    private static StepOperand PoolOn(Lowering c, StepOperand x, ConvAttributes a, string function, int[] shape)
    {
        var y = c.New(shape);
        c.Add("Pool", [c.Value(x, $"{c.Node.Name}.x")], [y.Value],
            ("fn", function), ("channels", x.Shape[0] * x.Shape[1]), ("inputShape", a.Input),
                ("outputShape", (int[])[shape.Length == 3 ? 1 : shape[2], shape[^1]]),
            ("kernel", a.Kernel), ("strides", a.Strides), ("dilations", a.Dilations), ("pads", a.Pads),
            ("countIncludePad", (int)c.Node.Int("count_include_pad", 0)), ("p", function == "Lp" ? (int)c.Node.Int("p", 2) : null));
        return y;
    }

    private static Wire?[] StreamPool(NodeContext c, string function)
    {
        var stream = c.Stream(0)!;
        if (stream.Axis < 2)
            return c.Track(stream.Axis);

        if (stream.FullShape.Length == VolumeOps.Rank)
            return [VolumeOps.Pool(c, stream, (lowering, x, plane, shape) => PoolOn(lowering, x, plane, function, shape))];

        var a = ConvAttributes.Of(c.Node, stream.FullShape, null);
        var spatial = stream.Axis - 2 + a.Missing;
        var lead = a.Pads[spatial];
        if (a.AutoPad && a.Strides[spatial] > 1)
            throw c.NotCausal("automatic padding (auto_pad) with a stride moves with the length of the input");

        var leavesOutPadding = lead > 0 && function == "Average" && c.Node.Int("count_include_pad", 0) == 0;
        if (leavesOutPadding)
            stream = c.Aligner.WithoutLead(stream);

        var padding = function == "Max" ? float.MinValue : 0;
        if (a.Pads[spatial + 2] > 0)
            stream = RecordingEnd.Padded(c, stream, 0, padding);

        var span = (a.Kernel[spatial] - 1) * a.Dilations[spatial] + 1;
        stream = LayoutOps.Padded(c, stream, lead, padding) with
        {
            FullShape = Shapes.With(stream.FullShape, stream.Axis, stream.FullLength + lead + a.Pads[spatial + 2]),
        };
        stream = c.Aligner.LimitLead(stream, span - 1);
        var (window, clock) = SliceOps.Window(c, stream, span, a.Strides[spatial]);
        var shape = Shapes.With(c.FullShape(), stream.Axis, 1);
        var lowering = c.LoweringFor(clock);
        var pooled = PoolOn(lowering, StepOperand.Of(window), a.OnWindow(spatial, span), function, shape);
        if (leavesOutPadding)
            pooled = StepArithmetic.Binary(lowering, "Mul", pooled, PaddingCorrection(lowering, a, spatial, lead, shape.Length));

        return [new StreamWire(pooled.Value!, clock, stream.Axis, c.FullShape())];
    }

    /// <summary>The first averages are over fewer elements than the kernel has: kernel / elements that are no padding, tick by
    /// tick.</summary>
    private static StepOperand PaddingCorrection(Lowering c, ConvAttributes a, int spatial, int lead, int rank)
    {
        int kernel = a.Kernel[spatial], stride = a.Strides[spatial], dilation = a.Dilations[spatial];
        var ticks = (lead + stride - 1) / stride + 1;
        var factors = Enumerable.Range(0, ticks)
            .Select(tick => (float)kernel / Enumerable.Range(0, kernel).Count(k => tick * stride + k * dilation >= lead)).ToArray();
        var table = c.Graph.Constant($"{c.Node.Name}.counts", factors, [ticks, 1]);
        var row = c.New([.. Enumerable.Repeat(1, rank)]);
        c.Add("Table", [table], [row.Value], ("size", 1), ("rows", ticks), ("beyond", "clamp"));
        return row;
    }
}
