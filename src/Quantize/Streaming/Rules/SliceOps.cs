using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Slice and Split. Along time: cropping shifts elements, a step decimates, the last elements become a latest value.</summary>
internal static class SliceOps
{
    public static void Register(OpTable table)
    {
        table.Add("Slice", Slice, StreamSlice,
            "along axes other than time; along time: crop, every n-th element, the first element, the last elements");
        table.Add("Split", Split, StreamSplit, "along axes other than time");
    }

    /// <summary>Drops elements of a sequence: at the start they shift the rest, at the end they delay it.</summary>
    public static StreamWire Crop(NodeContext c, StreamWire stream, int start, int end)
    {
        stream = start > 0 && stream.LeadElements is not null ? c.Aligner.WithoutLead(stream) : stream;
        var fromLead = Math.Min(stream.Lead, start);
        var shift = start - fromLead;
        stream = stream with { Lead = stream.Lead - fromLead };
        if (end > c.Tail(stream))
        {
            // Padding given out as elements delays the sequence, often by enough already.
            stream = c.Aligner.WithoutLead(stream);
            var wait = Math.Max(0, end - c.Tail(stream));
            stream = c.Aligner.DelayTo(stream, stream.Clock.Offset + wait * stream.Clock.Rate);
        }

        var clock = stream.Clock with { Offset = stream.Clock.Offset + shift * stream.Clock.Rate };
        return stream with { Clock = clock, FullShape = Shapes.With(stream.FullShape, stream.Axis, stream.FullLength - start - end) };
    }

    /// <summary>The last element of a sequence, in the given shape.</summary>
    public static LatestWire Last(NodeContext c, StreamWire stream, int[] shape)
    {
        if (IsInput(c, stream) && c.Tail(stream) > 0 && PrefixEnd.Last(c, c.Node.Inputs[0], c.Tail(stream)) is { } end)
            return LastOf(c, end, stream, shape);

        c.RequireNoTail(stream, "it takes the last element of a sequence");
        return new LatestWire(stream.Value.View(shape), stream.Clock);
    }

    /// <summary>Element <paramref name="index"/> of a sequence, kept once it came.</summary>
    public static LatestWire Latch(NodeContext c, StreamWire stream, int index, int[] shape)
    {
        c.RequireNoWrittenOutLoop(index);
        stream = c.Aligner.WithoutLead(stream);
        var size = stream.Value.Length;
        var held = c.Graph.State($"{c.Node.Name}.held", stream.Value.Type, [size]);
        var y = c.Graph.Arena(c.Node.Outputs[0], stream.Value.Type, shape);
        var clock = stream.Clock with { Offset = stream.Clock.Offset + index * stream.Clock.Rate };
        c.Graph.Add("Latch", c.Node.Name, clock, [stream.Value, held], [y], ("size", size), ("index", 0));
        return new LatestWire(y, clock, Invariant: true);
    }

    /// <summary>The last <paramref name="count"/> elements of a sequence, oldest first.</summary>
    public static LatestWire LastElements(NodeContext c, StreamWire stream, int count)
    {
        c.RequireNoTail(stream, $"it takes the last {count} elements of a sequence");
        var (window, clock) = Window(c, stream, count);
        return new LatestWire(window, clock);
    }

    /// <summary>A ring of the last <paramref name="length"/> elements laid out along the time axis; ticks once they all have come. One is
    /// the element itself.</summary>
    public static (StepValue Window, Clock Clock) Window(NodeContext c, StreamWire stream, int length, int stride = 1)
    {
        if (length == 1 && stride == 1)
            return (stream.Value, stream.Clock);

        var missing = Math.Max(0, length - 1 - stream.Lead);
        var clock = new Clock(stream.Clock.Rate * stride, stream.Clock.Offset + missing * stream.Clock.Rate);
        var size = stream.Value.Length;
        var shape = stream.Value.Shape;
        var initial = stream.LeadValue == 0 ? null : Enumerable.Repeat(stream.LeadValue, length * size).ToArray();
        var ring = c.Graph.State($"{c.Node.Name}.window", stream.Value.Type, [length, size], initial);
        c.Aligner.FillWithLead(stream, ring);
        var window = c.Graph.Arena($"{c.Node.Name}.window", stream.Value.Type, Shapes.With(shape, stream.Axis, length));
        var push = c.PushInto(ring, stream, clock, length);
        c.Graph.Add("Window", c.Node.Name, clock, [push.Input, ring], [window],
            [("outer", Shapes.Product(shape, 0, stream.Axis)), ("length", length),
                ("inner", Shapes.Product(shape, stream.Axis + 1, shape.Length)), .. push.Attributes]);
        return (window, clock);
    }

    private static bool IsInput(NodeContext c, StreamWire stream) => ReferenceEquals(c.Input(0), stream) && stream.Lead == 0;

    /// <summary>The last of several elements along the axis of a sequence.</summary>
    private static LatestWire LastOf(NodeContext c, LatestWire elements, StreamWire stream, int[] shape)
    {
        var all = elements.Value.Shape;
        var strides = Shapes.Strides(all);
        var last = StepMoves.CopyStrided(c.LoweringFor(elements.Clock), StepOperand.Of(elements.Value), Shapes.With(all, stream.Axis, 1),
            (all[stream.Axis] - 1) * strides[stream.Axis], strides);
        return elements with { Value = last.Value!.View(shape) };
    }

    private static StepOperand?[] Slice(Lowering c)
    {
        int[] shape = c.Shape(0), target = c.OutputShape();
        var strides = Shapes.Strides(shape);
        var offset = 0;
        var srcStrides = (int[])strides.Clone();
        foreach (var range in Ranges(c.Node, i => c.Constant(i)
            ?? (c.Has(i) ? throw c.Refuse("its bounds are computed at run time") : null), shape.Length))
        {
            // An axis of one element that stays one element is taken whole: it may be one step of a sequence.
            if (shape[range.Axis] > 1 || target[range.Axis] != 1)
            {
                var start = range.Start < 0 ? range.Start + shape[range.Axis] : range.Start;
                offset += (int)Math.Clamp(start, 0, range.Step < 0 ? shape[range.Axis] - 1 : shape[range.Axis]) * strides[range.Axis];
                srcStrides[range.Axis] = strides[range.Axis] * (int)range.Step;
            }
        }

        return [c.Operand(0).Length == Shapes.Count(target) && srcStrides.SequenceEqual(strides)
            ? c.Operand(0).Reshaped(target)
            : StepMoves.CopyStrided(c, c.Operand(0), target, offset, srcStrides)];
    }

    private static Wire?[] StreamSlice(NodeContext c)
    {
        if (c.Input(0) is not StreamWire stream)
            throw c.Refuse("it slices attention scores, or its bounds depend on the input's content");

        var rank = stream.FullShape.Length;
        var ranges = Ranges(c.Node, c.Constant, rank).ToArray();
        if (ranges.All(range => range.Axis != stream.Axis))
            return c.TrackMove(stream.Axis);

        var others = Ranges(c.Node, c.ConstantAtOtherLength, rank).ToArray();
        var at = Array.FindIndex(ranges, range => range.Axis == stream.Axis);
        var sliced = SliceTime(c, stream, ranges[at], others[at]);
        return ranges.Length == 1 ? [sliced] : SliceOthers(c, sliced);
    }

    /// <summary>The other axes of a slice whose time axis is done already.</summary>
    private static Wire?[] SliceOthers(NodeContext c, Wire sliced)
    {
        var step = (StepWire)sliced;
        var shape = sliced is StreamWire stream ? Shapes.With(c.FullShape(), stream.Axis, 1) : c.FullShape();
        var operands = new StepOperand?[] { StepOperand.Of(step.Value) }
            .Concat(Enumerable.Range(1, c.InputCount - 1).Select(i => c.Constant(i) is OnnxTensor t ? StepOperand.Of(t) : null)).ToArray();
        var value = c.Lower(operands, step.Clock, [shape])[0]!;
        var view = value.Value!.View(value.Shape);
        return [sliced is StreamWire s ? s with { Value = view, FullShape = c.FullShape() } : new LatestWire(view, step.Clock)];
    }

    private static Wire SliceTime(NodeContext c, StreamWire stream, SliceRange range, SliceRange otherRange)
    {
        if (range.Step < 0)
            throw c.NotCausal("it reverses time");

        var length = stream.FullLength;
        var otherLength = length - (c.Analysis.Length - c.Analysis.OtherLength) * c.Graph.InputRate / stream.Clock.Rate;
        var (start, end) =
            (Bound.Of(range.Start, otherRange.Start, length, otherLength), Bound.Of(range.End, otherRange.End, length, otherLength));
        if (end.AtEnd(length, c.Analysis.LengthIsFixed))
            end = new Bound(0, FromEnd: true);

        var shape = Shapes.With(stream.Value.Shape, stream.Axis, 1);
        if (start.FromEnd)
        {
            var count = start.Value - (end.FromEnd ? end.Value : throw c.Refuse("its end is fixed but its start counts from the end"));
            var cropped = Crop(c, stream, 0, end.Value) with { FullShape = stream.FullShape };
            return count == 1 ? Last(c, cropped, shape) : LastElements(c, cropped, count);
        }

        if (!end.FromEnd)
        {
            if (end.Value - start.Value == 1)
                return Latch(c, stream, start.Value, shape);

            // A fixed end bounds the sequence: nothing comes after it.
            c.Graph.LimitSteps(stream.Clock.Offset + (long)end.Value * stream.Clock.Rate);
            end = new Bound(0, FromEnd: true);
        }

        var result = Crop(c, stream, start.Value, end.Value);
        return range.Step == 1
            ? result
            : c.Aligner.WithoutLead(result) with
            {
                Clock = c.Aligner.WithoutLead(result).Clock with
                {
                    Rate =
            result.Clock.Rate * (int)range.Step
                },
                FullShape = Shapes.With(stream.FullShape, stream.Axis, c.FullShape()[stream.Axis])
            };
    }

    private static IEnumerable<SliceRange> Ranges(OnnxNode node, Func<int, OnnxTensor?> constant, int rank)
    {
        var starts = node.Ints("starts") ?? constant(1)?.ToInts() ?? throw Refusal.Of(node, "its bounds are computed at run time");
        var ends = node.Ints("ends") ?? constant(2)?.ToInts() ?? throw Refusal.Of(node, "its bounds are computed at run time");
        var axes = node.Ints("axes") ?? constant(3)?.ToInts();
        var steps = constant(4)?.ToInts();
        for (var i = 0; i < starts.Count; i++)
            yield return new SliceRange(Shapes.Axis(axes?[i] ?? i, rank), starts[i], ends[i], steps?[i] ?? 1);
    }

    private static StepOperand?[] Split(Lowering c)
    {
        var shape = c.Shape(0);
        var axis = Shapes.Axis(c.Node.Int("axis", 0), shape.Length);
        var strides = Shapes.Strides(shape);
        var at = 0;
        var results = new StepOperand?[c.OutputCount];
        for (var k = 0; k < results.Length; k++)
        {
            var part = c.OutputShape(k);
            if (c.Node.Outputs[k].Length > 0)
                results[k] = StepMoves.CopyStrided(c, c.Operand(0), part, at * strides[axis], strides);

            at += part[axis];
        }

        return results;
    }

    private static Wire?[] StreamSplit(NodeContext c)
    {
        var stream = c.Stream(0) ?? throw c.Refuse("it splits attention scores");
        return Shapes.Axis(c.Node.Int("axis", 0), stream.FullShape.Length) == stream.Axis
            ? throw c.Refuse("it splits the sequence along time", Refusal.UseWindow)
            : c.TrackMove(stream.Axis);
    }

    private readonly record struct SliceRange(int Axis, long Start, long End, long Step);

    /// <summary>A bound along time: an element's index, or the number of elements that follow it up to the end.</summary>
    private readonly record struct Bound(int Value, bool FromEnd)
    {
        /// <param name="value">The bound at length <paramref name="length"/>.</param>
        /// <param name="other">The same bound at length <paramref name="otherLength"/>.</param>
        public static Bound Of(long value, long other, int length, int otherLength)
        {
            if (value < 0 && value != other && length + value == otherLength + other)
                return new Bound((int)(length + value), false);

            if (value < 0)
                return new Bound((int)Math.Min(int.MaxValue, -value), true);

            return value != other && length - value == otherLength - other
                ? new Bound((int)(length - value), true)
                : new Bound((int)Math.Min(int.MaxValue, value), false);
        }

        public bool AtEnd(int length, bool lengthIsFixed) =>
            !FromEnd && (Value >= 1 << 30 || (lengthIsFixed && Value >= length));
    }
}
