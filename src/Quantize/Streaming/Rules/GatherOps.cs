using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Gather: embedding lookup, selection of features, and the first or last element along time.</summary>
internal static class GatherOps
{
    public static void Register(OpTable table) =>
        table.Add("Gather", Gather, StreamGather,
        "the indices are elements along time (embedding); along axes other than time; the first or last element of a sequence",
        int8: "embedding table");

    /// <summary>Elements of x at constant indices along one axis.</summary>
    public static StepOperand Take(Lowering c, StepOperand x, int axis, long[] indices)
    {
        var y = c.New(Shapes.With(x.Shape, axis, indices.Length), c.Value(x, c.Node.Name).Type);
        var index = c.Graph.Constant($"{c.Node.Name}.indices", indices, [indices.Length]);
        AddGather(c, c.Value(x, $"{c.Node.Name}.data"), index, y.Value!, x.Shape, axis);
        return y;
    }

    /// <summary>The one index that all of the node's constant indices are, at the analysis length and at another; null where they
    /// differ.</summary>
    public static (long At, long AtOtherLength)? OnlyIndex(NodeContext c)
    {
        long[] indices = c.Constant(1)!.ToInts(), others = c.ConstantAtOtherLength(1)?.ToInts() ?? indices;
        return indices.Distinct().Count() == 1 && others.Distinct().Count() == 1
            ? (indices[0], others[0]) : null;
    }

    /// <summary>One element of a sequence, counted from its start or from its end.</summary>
    public static LatestWire TakeAlongTime(NodeContext c, StreamWire stream, (long At, long AtOtherLength) index)
    {
        var (at, other) = index;
        var last = c.Analysis.LengthIsFixed ? at == stream.FullLength - 1 : at != other;
        if (at < 0 || last)
        {
            var back = (int)(at < 0 ? -at : stream.FullLength - at) - 1;
            return SliceOps.Last(c, back == 0 ? stream : SliceOps.Crop(c, stream, 0, back), c.FullShape());
        }

        return SliceOps.Latch(c, stream, (int)at, c.FullShape());
    }

    private static StepOperand?[] Gather(Lowering c)
    {
        var shape = c.Shape(0);
        var axis = Shapes.Axis(c.Node.Int("axis", 0), shape.Length);
        if (c.Constant(1) is { Count: 1 } single)
        {
            // One index is a slice; an axis of one element may be one step of a sequence.
            var index = single.ToInts()[0];
            var at = shape[axis] == 1 ? 0 : (int)(index < 0 ? index + shape[axis] : index);
            var strides = Shapes.Strides(shape);
            return [StepMoves.CopyStrided(c, c.Operand(0), Shapes.With(shape, axis, 1), at * strides[axis], strides)
                .Reshaped(c.OutputShape())];
        }

        var y = c.NewOutput();
        AddGather(c, c.In(0), c.In(1), y.Value!, shape, axis);
        return [y];
    }

    private static void AddGather(Lowering c, StepValue data, StepValue indices, StepValue y, int[] shape, int axis) =>
        c.Add("Gather", [data, indices, null], [y], ("outer", Shapes.Product(shape, 0, axis)), ("rows", shape[axis]),
            ("inner", Shapes.Product(shape, axis + 1, shape.Length)));

    private static Wire?[] StreamGather(NodeContext c)
    {
        var axis = Shapes.Axis(c.Node.Int("axis", 0), c.FullInputShape(0).Length);
        if (c.Stream(1) is StreamWire indices)
        {
            return c.Stream(0) is null && c.Input(0) is ConstantWire or LatestWire { Invariant: true }
                ? c.Track(axis + indices.Axis)
                : throw c.NotCausal("it picks elements of a sequence by computed indices");
        }

        var stream = c.Stream(0) ?? throw c.Refuse("it picks from attention scores");
        if (axis != stream.Axis)
        {
            if (c.Input(1) is ConstantWire { VariesWithTime: true })
                throw LengthInputs.Varies(c.Node, 1);

            var indexRank = c.FullInputShape(1).Length;
            return c.Constant(1) is null && c.Input(1) is not LatestWire { Invariant: true }
                ? throw c.NotCausal("its indices depend on the whole sequence")
                : c.Track(stream.Axis < axis ? stream.Axis : stream.Axis + indexRank - 1);
        }

        return [FramePlan.Of(c, stream) is { } frames ? Frames(c, stream, frames) : TakeAlongTime(c, stream)];
    }

    /// <summary>Overlapping frames of elements: a window that ticks with the hop.</summary>
    private static StreamWire Frames(NodeContext c, StreamWire stream, FramePlan frames)
    {
        var span = (frames.Length - 1) * frames.Spacing + 1;
        stream = c.Aligner.LimitLead(SliceOps.Crop(c, stream, frames.Start, 0), span - 1);
        var (window, clock) = SliceOps.Window(c, stream, span, frames.Hop);
        long[] picked = [.. Enumerable.Range(0, frames.Length).Select(k => (long)k * frames.Spacing)];
        var frame = frames.Spacing == 1 ? StepOperand.Of(window) : Take(c.LoweringFor(clock), StepOperand.Of(window), stream.Axis, picked);
        var axis = stream.Axis + frames.FramesAxis;
        return new StreamWire(frame.Value!.View(Shapes.With(c.FullShape(), axis, 1)), clock, axis, c.FullShape());
    }

    private static LatestWire TakeAlongTime(NodeContext c, StreamWire stream)
    {
        var index = c.Constant(1) ?? throw c.NotCausal("it picks an element of the sequence by a computed index");
        if (index.Count != 1)
            throw c.NotCausal($"it picks {index.Count} elements along time");

        return TakeAlongTime(c, stream, OnlyIndex(c)!.Value);
    }
}
