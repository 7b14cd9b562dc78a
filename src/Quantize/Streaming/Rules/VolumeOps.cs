using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Convolution over time, height and width: the frames under the kernel are channels of a plane.</summary>
internal static class VolumeOps
{
    public const int Rank = 5;

    private const int Time = 2;

    public static StreamWire Conv(NodeContext c, StreamWire stream)
    {
        RequireTimeFirst(c, stream);
        var w = c.FullInputShape(1);
        var a = Attributes(c, stream, w[2..]);
        var span = (a.Kernel[0] - 1) * a.Dilations[0] + 1;
        if (a.Pads[3] > 0)
            stream = RecordingEnd.Padded(c, stream, 0, 0);

        stream = LayoutOps.Padded(c, stream, a.Pads[0], 0) with
        {
            FullShape = Shapes.With(stream.FullShape, Time, stream.FullLength + a.Pads[0] + a.Pads[3]),
        };
        var (window, clock) = SliceOps.Window(c, c.Aligner.LimitLead(stream, span - 1), span, a.Strides[0]);
        var lowering = c.LoweringFor(clock);
        int channels = stream.FullShape[1], frames = a.Kernel[0];
        var x = a.Dilations[0] == 1 ? StepOperand.Of(window) : EveryNth(lowering, window, frames, a.Dilations[0]);
        var plane = x.Reshaped([1, channels * frames, .. stream.FullShape[3..]]);
        var shape = Shapes.With(c.FullShape(), Time, 1);
        var y = lowering.New(shape, name: c.Node.Outputs[0]);
        long[] kernel = [w[0], (long)w[1] * frames, w[3], w[4]];
        Convolutions.ConvOn(lowering, Plane(a, c.Node, stream), plane, c.Constant(1)!.Reshaped(kernel), c.Constant(2)?.ToFloats(), y);
        return new StreamWire(y.Value!, clock, Time, c.FullShape());
    }

    /// <summary>The plane of each frame, where pooling takes one frame at a time.</summary>
    public static StreamWire Pool(NodeContext c, StreamWire stream, Func<Lowering, StepOperand, ConvAttributes, int[], StepOperand> pool)
    {
        RequireTimeFirst(c, stream);
        var a = Attributes(c, stream, []);
        if (a.Kernel[0] != 1 || a.Strides[0] != 1 || a.Pads[0] != 0 || a.Pads[3] != 0)
            throw c.Refuse($"it pools {a.Kernel[0]} frames at once", "pool along time and within a frame one after the other");

        int[] frame = [1, stream.FullShape[1], .. stream.FullShape[3..]];
        var shape = Shapes.With(c.FullShape(), Time, 1);
        var pooled = pool(c.LoweringFor(stream.Clock), StepOperand.Of(stream.Value).Reshaped(frame), Plane(a, c.Node, stream),
            Shapes.Without(shape, Time));
        return new StreamWire(pooled.Value!.View(shape), stream.Clock, Time, c.FullShape(), 0);
    }

    private static void RequireTimeFirst(NodeContext c, StreamWire stream)
    {
        if (stream.Axis != Time || stream.FullShape[0] != 1 || (c.InputCount > 1 && c.Constant(1) is null))
            throw c.Refuse("it works over 3 dimensions of which time is not the first, or several sequences at once");
    }

    private static VolumeAttributes Attributes(NodeContext c, StreamWire stream, int[] weights)
    {
        int[] Ints(string name, int count, int absent) => c.Node.Ints(name) is { Count: > 0 } given
            ? [.. given.Select(value => checked((int)value))] : [.. Enumerable.Repeat(absent, count)];
        var kernel = c.Node.Ints("kernel_shape") is null ? weights : Ints("kernel_shape", 3, 1);
        int[] strides = Ints("strides", 3, 1), dilations = Ints("dilations", 3, 1);
        var autoPad = c.Node.String("auto_pad", "NOTSET");
        if (autoPad.StartsWith("SAME", StringComparison.Ordinal) && strides[0] > 1)
            throw c.NotCausal("automatic padding (auto_pad) with a stride moves with the length of the input");

        var pads = autoPad.StartsWith("SAME", StringComparison.Ordinal)
            ? ConvAttributes.SamePads(stream.FullShape[2..], kernel, strides, dilations, autoPad == "SAME_LOWER")
            : Ints("pads", 6, 0);
        return new VolumeAttributes(kernel, strides, dilations, pads);
    }

    private static ConvAttributes Plane(VolumeAttributes a, OnnxNode node, StreamWire stream) => new(0, (int)node.Int("group", 1),
        stream.FullShape[3..], a.Kernel[1..], a.Strides[1..], a.Dilations[1..], [a.Pads[1], a.Pads[2], a.Pads[4], a.Pads[5]], false);

    private static StepOperand EveryNth(Lowering c, StepValue window, int frames, int dilation)
    {
        int[] strides = Shapes.Strides(window.Shape), shape = Shapes.With(window.Shape, Time, frames);
        return StepMoves.CopyStrided(c, StepOperand.Of(window), shape, 0, Shapes.With(strides, Time, strides[Time] * dilation));
    }

    /// <summary>Along time, height and width; pads in front, then behind.</summary>
    private sealed record VolumeAttributes(int[] Kernel, int[] Strides, int[] Dilations, int[] Pads);
}
