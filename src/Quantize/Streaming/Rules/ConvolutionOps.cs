using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// Convolutions. Along time they keep the last elements in a ring: padding before the start is the ring's initial content, right
/// context becomes delay, a stride becomes a rate.
/// </summary>
internal static class ConvolutionOps
{
    public static void Register(OpTable table)
    {
        table.Add("Conv", c => [Conv(c, ConvAttributes.Of(c.Node, c.Shape(0), c.Shape(1)))], StreamConv,
            "keeps the past elements that it needs; what it needs of the future delays the output; "
            + "a stride makes it come every so many steps", int8: "weights");
        table.Add("ConvTranspose", c => [TransposedPlane.Of(c)], TransposedConvolution.Stream,
            "makes several elements of each that comes; keeps the past elements that it needs",
            int8: "weights");
    }

    private static StepOperand Conv(Lowering c, ConvAttributes a) =>
        Convolutions.ConvOn(c, a, c.Operand(0), c.RequireConstant(1, "weights"), Bias(c, Convolutions.Layout(a, c.Shape(1))));

    private static StepValue? Bias(Lowering c, MatrixLayout layout) => c.Has(2)
        ? c.Graph.Constant($"{c.Node.Name}.bias", c.RequireConstant(2, "bias").ToFloats(), [layout.Groups, layout.Rows], layout.RowVector)
        : null;

    private static Wire?[] StreamConv(NodeContext c)
    {
        var stream = c.Stream(0) ?? throw c.Refuse("its weights depend on the input");
        if (stream.Axis == 0)
            return c.Track(0);

        if (stream.Axis == 1)
            throw c.NotCausal("the time axis is its channel axis, so it sums over time");

        if (stream.FullShape.Length == VolumeOps.Rank)
            return [VolumeOps.Conv(c, stream)];

        var attributes = ConvAttributes.Of(c.Node, stream.FullShape, c.FullInputShape(1));
        var spatial = stream.Axis - 2 + attributes.Missing;
        RequireStablePadding(c, stream, attributes, spatial);
        var span = (attributes.Kernel[spatial] - 1) * attributes.Dilations[spatial] + 1;
        if (attributes.Pads[spatial + 2] > 0)
            stream = RecordingEnd.Padded(c, stream, 0, 0);

        stream = LayoutOps.Padded(c, stream, attributes.Pads[spatial], 0) with
        {
            FullShape = Shapes.With(stream.FullShape, stream.Axis,
            stream.FullLength + attributes.Pads[spatial] + attributes.Pads[spatial + 2])
        };
        stream = c.Aligner.LimitLead(stream, span - 1);
        return stream.FullShape.Length == 3 ? [ConvStep(c, stream, attributes, span)] : [ConvWindow(c, stream, attributes, spatial, span)];
    }

    /// <summary>With automatic padding and a stride, what is padded in front depends on the length: no prefix agrees with the
    /// whole.</summary>
    private static void RequireStablePadding(NodeContext c, StreamWire stream, ConvAttributes a, int spatial)
    {
        if (a.AutoPad && a.Strides[spatial] > 1)
        {
            throw c.NotCausal(
                $"automatic padding (auto_pad) with stride {a.Strides[spatial]} moves with the length of the input "
                + $"({stream.FullLength} here)");
        }
    }

    /// <summary>1-D: one op that keeps the ring and multiplies, or only multiplies.</summary>
    private static StreamWire ConvStep(NodeContext c, StreamWire stream, ConvAttributes a, int span)
    {
        var channels = stream.Value.Length / stream.FullShape[0];
        if (stream.FullShape[0] != 1)
        {
            throw c.Refuse($"convolution of {stream.FullShape[0]} sequences at once",
                "convert with --batch 1, or export with batch size 1");
        }

        var clock = WindowClock(stream, span, a.Strides[1]);
        var lowering = c.LoweringFor(clock);
        var w = c.FullInputShape(1);
        var layout = Convolutions.Layout(a, w);
        var y = c.Graph.Arena(c.Node.Outputs[0], ElementType.F32, [1, w[0], 1]);
        var weights = Convolutions.Weights(lowering, lowering.RequireConstant(1, "weights"), layout, a.Kernel[1]);
        var bias = Bias(lowering, layout);
        var result = new StreamWire(y, clock, stream.Axis, c.FullShape());
        if (span == 1 && a.Groups == 1 && clock == stream.Clock)
        {
            // A kernel of one element keeps nothing.
            c.Graph.Add("Linear", c.Node.Name, clock, [stream.Value, weights, null, bias], [y], ("rows", w[0]), ("columns", channels),
                ("vectors", 1));
            return result;
        }

        var initial = stream.LeadValue == 0 ? null : Enumerable.Repeat(stream.LeadValue, span * channels).ToArray();
        var ring = c.Graph.State($"{c.Node.Name}.ring", ElementType.F32, [span, channels], initial);
        c.Aligner.FillWithLead(stream, ring);
        var push = c.PushInto(ring, stream, clock, span);
        c.Graph.Add("ConvStep", c.Node.Name, clock, [push.Input, ring, weights, null, bias], [y],
            [("channels", channels), ("outChannels", w[0]), ("kernel", a.Kernel[1]), ("dilation", a.Dilations[1]), ("groups", a.Groups),
                .. push.Attributes]);
        return result;
    }

    /// <summary>2-D with time as one of the axes: a window of the last elements, then the plain convolution on it.</summary>
    private static StreamWire ConvWindow(NodeContext c, StreamWire stream, ConvAttributes a, int spatial, int span)
    {
        var (window, clock) = SliceOps.Window(c, stream, span, a.Strides[spatial]);
        var shape = Shapes.With(c.FullShape(), stream.Axis, 1);
        var operands = new StepOperand?[] { StepOperand.Of(window) }
            .Concat(Enumerable.Range(1, c.InputCount - 1).Select(i => c.Constant(i) is OnnxTensor t ? StepOperand.Of(t) : null)).ToArray();
        var lowering = c.LoweringFor(clock, operands, shape);
        return new StreamWire(Conv(lowering, a.OnWindow(spatial, span)).Value!, clock, stream.Axis, c.FullShape());
    }

    private static Clock WindowClock(StreamWire stream, int span, int stride) =>
        new(stream.Clock.Rate * stride, stream.Clock.Offset + Math.Max(0, span - 1 - stream.Lead) * stream.Clock.Rate);
}
