using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming.Attention;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Ops that move data without computing: views where the order in memory stays, strided copies where it does not.</summary>
internal static class LayoutOps
{
    public static void Register(OpTable table)
    {
        foreach (var op in new[] { "Reshape", "Squeeze", "Unsqueeze", "Flatten" })
            table.Add(op, c => [c.Operand(0).Reshaped(c.OutputShape())], StreamReshape, "where the time axis stays an axis of its own");

        table.Add("Transpose", c => [StepMoves.Transpose(c, c.Operand(0), Shapes.Permutation(c.Node.Ints("perm"), c.Shape(0).Length))],
            StreamTranspose, "where it moves the time axis");
        table.Add("Expand", c => [Expand(c)], StreamExpand, "repeats along axes other than time");
        table.Add("Tile", c => [Tile(c)], StreamTile, "repeats along axes other than time");
        table.Add("Concat", Concat, StreamConcat, "along axes other than time; along time, a constant in front, which is padding");
        table.Add("Pad", Pad, StreamPad,
            "along axes other than time; along time, a constant, the first element or a reflection in front of the start, "
            + "a constant behind the end (where a recording is flushed)");
        table.Add("ReverseSequence", null, c => throw c.NotCausal("it puts the last element first"), "windows of fixed length");
        table.Add("SpaceToDepth", SpaceToDepth, StreamBlocks, "where the batch axis is time");
        table.Add("DepthToSpace", DepthToSpace, StreamDepth, "along any axis but the channels");
    }

    /// <summary>The sequence with elements of one value in front.</summary>
    public static StreamWire Padded(NodeContext c, StreamWire stream, int lead, float value)
    {
        if (stream.Lead > 0 && lead > 0 && (stream.LeadIsComputed || stream.LeadValue != value))
            stream = c.Aligner.WithoutLead(stream);

        return stream with
        {
            FullShape = c.FullShape(),
            Lead = stream.Lead + lead,
            LeadValue = lead > 0 ? value : stream.LeadValue,
            LeadIsFirst = lead == 0 && stream.LeadIsFirst,
        };
    }

    private static Wire?[] StreamReshape(NodeContext c)
    {
        if (AttentionWires.TryReshape(c) is Wire attention)
            return [attention];

        var stream = c.Stream(0) ?? throw c.Refuse("its shape depends on the input's content");
        if (Shapes.ReshapedAxis(stream.FullShape, stream.Axis, c.FullShape()) is int axis)
            return c.TrackMove(axis);

        if (MergedWire.Reshaped(c, c.Aligner.WithoutLead(stream)) is { } merged)
            return [merged];

        return FramedAxis(c, stream) is int framed
            ? [Frames(c, c.Aligner.WithoutLead(stream), framed)]
            : throw c.Refuse(
                $"it mixes the time axis {stream.Axis} of {Shapes.Text(stream.FullShape)} with other axes "
                + $"into {Shapes.Text(c.FullShape())}",
                Refusal.UseWindow);
    }

    /// <summary>The axis of the output along which whole frames of elements follow each other; null where the reshape is no such
    /// thing.</summary>
    private static int? FramedAxis(NodeContext c, StreamWire stream)
    {
        var to = c.FullShape();
        var before = Shapes.Product(stream.FullShape, 0, stream.Axis);
        var axis = Enumerable.Range(0, to.Length).FirstOrDefault(
            i => Shapes.Product(to, 0, i) == before && to[i] > 1 && stream.FullLength % to[i] == 0, -1);
        var grows = axis >= 0
            && (c.Analysis.LengthIsFixed || c.Analysis.ShapeAt(c.Node.Outputs[0], c.Analysis.OtherLength)?[axis] != to[axis]);
        return grows ? axis : null;
    }

    /// <summary>Frames of elements one after the other: a window that ticks when the last element of a frame has come.</summary>
    private static StreamWire Frames(NodeContext c, StreamWire stream, int axis)
    {
        var length = stream.FullLength / c.FullShape()[axis];
        var (frame, clock) = SliceOps.Window(c, stream, length, length);
        return new StreamWire(frame.View(Shapes.With(c.FullShape(), axis, 1)), clock, axis, c.FullShape());
    }

    private static Wire?[] StreamTranspose(NodeContext c)
    {
        if (AttentionWires.TryTranspose(c) is Wire attention)
            return [attention];

        var stream = c.Stream(0)!;
        return c.TrackMove(Array.IndexOf(Shapes.Permutation(c.Node.Ints("perm"), stream.FullShape.Length), stream.Axis));
    }

    private static StepOperand Expand(Lowering c)
    {
        var shape = c.OutputShape();
        return c.Operand(0).Length == Shapes.Count(shape)
            ? c.Operand(0).Reshaped(shape)
            : StepMoves.CopyStrided(c, c.Operand(0), shape, 0, Shapes.BroadcastStrides(c.Shape(0), shape));
    }

    private static Wire?[] StreamExpand(NodeContext c)
    {
        if (c.SpreadAxis() is int axis)
            return c.Track(axis);

        var stream = c.Stream(0) ?? throw c.Refuse("its shape depends on the input's content");
        var rank = c.FullShape().Length;
        return c.TrackMove(stream.Axis + rank - stream.FullShape.Length);
    }

    private static StepOperand Tile(Lowering c)
    {
        // [a, b] tiled by [m, n] is [m, a, n, b] in memory: repeats are axes of stride 0.
        int[] shape = c.Shape(0), target = c.OutputShape(), strides = Shapes.Strides(shape);
        int[] repeats = [.. shape.Zip(target, (dim, full) => full / dim)];
        int[] copyShape = [.. shape.Zip(repeats, (dim, repeat) => new[] { repeat, dim }).SelectMany(pair => pair)];
        int[] copyStrides = [.. strides.SelectMany(stride => new[] { 0, stride })];
        return StepMoves.CopyStrided(c, c.Operand(0), copyShape, 0, copyStrides).Reshaped(target);
    }

    private static Wire?[] StreamTile(NodeContext c)
    {
        var stream = c.Stream(0) ?? throw c.Refuse("its repeats depend on the input's content");
        return c.FullShape()[stream.Axis] == stream.FullLength
            ? c.TrackMove(stream.Axis)
            : throw c.NotCausal("it repeats the whole sequence");
    }

    private static StepOperand?[] Concat(Lowering c)
    {
        var shape = c.OutputShape();
        var axis = Shapes.Axis(c.Node.Int("axis"), shape.Length);
        var y = c.NewOutput();
        var dstStrides = Shapes.Strides(shape);
        var at = 0;
        for (var i = 0; i < c.InputCount; i++)
        {
            var part = c.Shape(i);
            if (Shapes.Count(part) > 0)
                StepMoves.CopyInto(c, c.In(i), y.Value!, part, 0, Shapes.Strides(part), at * dstStrides[axis], dstStrides);

            at += part[axis];
        }

        return [y];
    }

    private static Wire?[] StreamConcat(NodeContext c)
    {
        var axis = Shapes.Axis(c.Node.Int("axis"), c.FullShape().Length);
        return axis == c.FirstStream.Axis ? [ConcatTime(c, axis)] : c.TrackBroadcast(c.FirstStream.Axis);
    }

    /// <summary>Constants before the only sequence are padding at the start, constants after it are never reached. A value that holds for
    /// the whole recording may be its first element.</summary>
    private static StreamWire ConcatTime(NodeContext c, int axis)
    {
        var stream = c.FirstStream;
        var before = Enumerable.Range(0, c.InputCount).First(i => c.Input(i) == stream) - 1;
        var first = before >= 0 && c.Input(before) is LatestWire { Invariant: true } latest && c.FullInputShape(before)[axis] == 1
            ? latest : null;
        if (Enumerable.Range(0, c.InputCount).Count(i => c.Input(i) is StepWire) > (first is null ? 1 : 2))
            throw c.NotCausal("it puts one sequence after another along time");

        if (first is not null)
        {
            stream = c.Aligner.Begun(stream, first);
            before--;
        }

        for (var i = before; i >= 0; i--)
        {
            if (((ConstantWire)c.Input(i)!).VariesWithTime)
                throw c.NotCausal("what it puts before the sequence depends on the length of the whole input");

            stream = InFront(c, stream, c.Constant(i)!, axis);
        }

        return stream with { FullShape = c.FullShape() };
    }

    /// <summary>One value everywhere is padding that costs nothing; other elements are given out before those of the sequence.</summary>
    private static StreamWire InFront(NodeContext c, StreamWire stream, OnnxTensor elements, int axis)
    {
        var content = elements.ToFloats();
        return content.All(element => element == content[0])
            ? Padded(c, stream, content.Length == 0 ? 0 : (int)elements.Dims[axis], content.FirstOrDefault())
            : c.Aligner.Prepend(stream, Shapes.AxisFirst(elements.StepData(), elements.StepShape(), axis));
    }

    private static (int[] Before, int[] After, float Value, string Mode) Padding(IReadOnlyList<long>? pads, long[]? axes, float value,
        string mode, int rank)
    {
        var before = new int[rank];
        var after = new int[rank];
        var count = axes?.Length ?? rank;
        for (var i = 0; i < count; i++)
        {
            var axis = axes is null ? i : Shapes.Axis(axes[i], rank);
            before[axis] = (int)pads![i];
            after[axis] = (int)pads[i + count];
        }

        return (before, after, value, mode);
    }

    private static StepOperand?[] Pad(Lowering c)
    {
        var shape = c.Shape(0);
        var pads = c.Node.Ints("pads") ?? c.RequireConstant(1, "pads").ToInts();
        var value = c.Has(2) ? c.RequireConstant(2, "padding value").ToFloats()[0] : c.Node.Float("value", 0);
        var (before, after, _, mode) = Padding(pads, c.Constant(3)?.ToInts(), value, c.Node.String("mode", "constant"), shape.Length);
        if (mode != "constant")
            return [PadByIndex(c, before, after, mode)];

        // Negative padding crops: read from inside the source, write what is left.
        int[] target = [.. shape.Select((dim, i) => dim + before[i] + after[i])];
        int[] copied = [.. shape.Select((dim, i) => dim + Math.Min(0, before[i]) + Math.Min(0, after[i]))];
        int[] source = Shapes.Strides(shape), destination = Shapes.Strides(target);
        var srcOffset = source.Select((stride, i) => stride * Math.Max(0, -before[i])).Sum();
        var dstOffset = destination.Select((stride, i) => stride * Math.Max(0, before[i])).Sum();
        var x = c.In(0);
        var y = StepMoves.Fill(c, target, value, x.Type);
        StepMoves.CopyInto(c, x, y.Value!, copied, srcOffset, source, dstOffset, destination);
        return [y];
    }

    /// <summary>Edge, reflect and wrap padding: each padded axis is a gather with constant indices.</summary>
    private static StepOperand PadByIndex(Lowering c, int[] before, int[] after, string mode)
    {
        var x = c.Operand(0);
        for (var axis = 0; axis < before.Length; axis++)
        {
            if (before[axis] != 0 || after[axis] != 0)
            {
                var dim = x.Shape[axis];
                var indices = Enumerable.Range(-before[axis], dim + before[axis] + after[axis]).Select(i => PaddedIndex(i, dim, mode))
                    .ToArray();
                x = GatherOps.Take(c, x, axis, indices);
            }
        }

        return x;
    }

    private static long PaddedIndex(int index, int dim, string mode) => mode switch
    {
        "edge" => Math.Clamp(index, 0, dim - 1),
        "wrap" => (index % dim + dim) % dim,
        _ => dim == 1 ? 0 : Reflect(index, 2 * (dim - 1), dim),
    };

    private static long Reflect(int index, int period, int dim)
    {
        var i = (index % period + period) % period;
        return i < dim ? i : period - i;
    }

    private static Wire?[] StreamPad(NodeContext c)
    {
        var stream = c.Stream(0) ?? throw c.Refuse("its padding depends on the input's content");
        var pads = c.Node.Ints("pads") ?? c.Constant(1)?.ToInts() ?? throw c.Refuse("its padding is computed at run time");
        var value = c.Constant(2)?.ToFloats()[0] ?? c.Node.Float("value", 0);
        var (before, after, _, mode) = Padding(pads, c.Constant(3)?.ToInts(), value, c.Node.String("mode", "constant"),
            stream.FullShape.Length);
        var lead = before[stream.Axis];
        var others = Enumerable.Range(0, before.Length).Any(i => i != stream.Axis && (before[i] != 0 || after[i] != 0));
        if (mode == "edge" && !others && lead >= 0 && after[stream.Axis] >= 0)
        {
            stream = lead > 0 ? c.Aligner.WithoutLead(stream) : stream;
            return [stream with { FullShape = c.FullShape(), Lead = stream.Lead + lead, LeadIsFirst = lead > 0 || stream.LeadIsFirst }];
        }

        if (mode == "reflect" && !others && lead > 0 && after[stream.Axis] >= 0)
            return [Reflected(c, c.Aligner.WithoutLead(stream), lead)];

        if (mode == "reflect" && !others && lead == 0 && after[stream.Axis] > 0)
            return [stream with { FullShape = c.FullShape() }];

        if (mode != "constant" && (lead != 0 || after[stream.Axis] != 0))
            throw c.NotCausal($"padding mode '{mode}' along time puts later elements in front of earlier ones");

        if (!others && (lead < 0 || after[stream.Axis] < 0))
            return [PaddedAndCropped(c, stream, lead, after[stream.Axis], value)];

        if (!others)
            return [Padded(c, after[stream.Axis] > 0 ? RecordingEnd.Padded(c, stream, 0, value) : stream, lead, value)];

        if (lead == 0 && after[stream.Axis] == 0)
            return c.Track(stream.Axis);

        if (mode != "constant" || before.Concat(after).Any(pad => pad < 0))
            throw c.Refuse("it pads or crops the time axis and another one at once", "pad them one after the other");

        var wide = PaddedElements(c, stream, before, after, value);
        return [Padded(c, after[stream.Axis] > 0 ? RecordingEnd.Padded(c, wide, 0, value) : wide, lead, value)];
    }

    /// <summary>Elements 1 to <paramref name="lead"/> in front of element 0, the last of them first: they are known once that has
    /// come.</summary>
    private static StreamWire Reflected(NodeContext c, StreamWire stream, int lead)
    {
        var (window, clock) = SliceOps.Window(c, stream, lead + 1);
        var lowering = c.LoweringFor(clock);
        var element = stream.Value.Shape;
        int outer = Shapes.Product(element, 0, stream.Axis), inner = Shapes.Product(element, stream.Axis + 1, element.Length);
        var oldest = StepMoves.CopyStrided(lowering, StepOperand.Of(window), [outer, inner], 0, [(lead + 1) * inner, 1]);
        var before = StepMoves.CopyStrided(lowering, StepOperand.Of(window), [lead, outer, inner], lead * inner,
            [-inner, (lead + 1) * inner, 1]);
        return new StreamWire(oldest.Value!.View(element), clock, stream.Axis, c.FullShape(), lead) { LeadElements = before.Value };
    }

    /// <summary>The sequence with each element padded along the axes other than time.</summary>
    private static StreamWire PaddedElements(NodeContext c, StreamWire stream, int[] before, int[] after, float value)
    {
        stream = stream.Lead > 0 && (stream.LeadIsComputed || stream.LeadValue != value) ? c.Aligner.WithoutLead(stream) : stream;
        var element = stream.Value.Shape;
        int[] wide = [.. element.Select((dim, i) => i == stream.Axis ? 1 : dim + before[i] + after[i])];
        var lowering = c.LoweringFor(stream.Clock);
        var y = StepMoves.Fill(lowering, wide, value, stream.Value.Type);
        var strides = Shapes.Strides(wide);
        var start = strides.Select((stride, i) => i == stream.Axis ? 0 : stride * before[i]).Sum();
        StepMoves.CopyInto(lowering, stream.Value, y.Value!, element, 0, Shapes.Strides(element), start, strides);
        return stream with { Value = y.Value!, FullShape = Shapes.With(wide, stream.Axis, stream.FullLength) };
    }

    /// <summary>Negative padding crops: an element more in front and one less at the end is a shift by one.</summary>
    private static StreamWire PaddedAndCropped(NodeContext c, StreamWire stream, int lead, int after, float value)
    {
        if (lead > 0)
        {
            var length = stream.FullLength + lead;
            stream = Padded(c, stream, lead, value) with { FullShape = Shapes.With(stream.FullShape, stream.Axis, length) };
        }

        return SliceOps.Crop(c, stream, Math.Max(0, -lead), Math.Max(0, -after)) with { FullShape = c.FullShape() };
    }

    private static StepOperand?[] DepthToSpace(Lowering c)
    {
        var (split, order) = Depths(c.Node, c.Shape(0));
        return [StepMoves.Transpose(c, c.Operand(0).Reshaped(split), order).Reshaped(c.OutputShape())];
    }

    /// <summary>The axes of a tensor whose channels become blocks, and their order in the result.</summary>
    private static (int[] Split, int[] Order) Depths(OnnxNode node, int[] shape)
    {
        var block = (int)node.Int("blocksize");
        var depth = shape[1] / (block * block);
        return node.String("mode", "DCR") == "DCR"
            ? ([shape[0], block, block, depth, shape[2], shape[3]], [0, 3, 4, 1, 5, 2])
            : ([shape[0], depth, block, block, shape[2], shape[3]], [0, 1, 4, 2, 5, 3]);
    }

    /// <summary>Along time, the elements of a block follow each other.</summary>
    private static Wire?[] StreamDepth(NodeContext c)
    {
        var stream = c.FirstStream;
        if (stream.Axis < 2)
            return StreamBlocks(c);

        stream = c.Aligner.WithoutLead(stream);
        var block = (int)c.Node.Int("blocksize");
        var every = Upsampling.ClockOf(c, stream, block);
        var (split, order) = Depths(c.Node, stream.Value.Shape);
        var time = order[stream.Axis == 2 ? 3 : 5];
        var blocks = StepMoves.Transpose(c.LoweringFor(stream.Clock), StepOperand.Of(stream.Value).Reshaped(split),
            [time, .. order.Where(axis => axis != time)]);
        var value = Upsampling.OneAfterTheOther(c, blocks.Value!, stream.Clock, every, block);
        return [new StreamWire(value.View(Shapes.With(c.FullShape(), stream.Axis, 1)), every, stream.Axis, c.FullShape())];
    }

    private static Wire?[] StreamBlocks(NodeContext c) =>
        c.FirstStream.Axis == 0 ? c.Track(0) : throw c.Refuse("it moves elements between the time axis and others", Refusal.UseWindow);

    private static StepOperand?[] SpaceToDepth(Lowering c)
    {
        var s = c.Shape(0);
        var block = (int)c.Node.Int("blocksize");
        int[] split = [s[0], s[1], s[2] / block, block, s[3] / block, block];
        return [StepMoves.Transpose(c, c.Operand(0).Reshaped(split), [0, 3, 5, 1, 2, 4]).Reshaped(c.OutputShape())];
    }
}
