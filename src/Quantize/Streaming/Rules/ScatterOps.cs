using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming.Attention;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Ops that read or write elements at computed places, within one element along time.</summary>
internal static class ScatterOps
{
    public static void Register(OpTable table)
    {
        table.Add("GatherElements", c => [Elements(c, "GatherElements", c.In(1))], StreamGatherElements,
            "along axes other than time; the same element of a sequence everywhere");
        table.Add("ScatterElements", c => [Elements(c, "ScatterElements", c.In(1), c.In(2))], c => StreamElements(c, "writes"),
            "along axes other than time");
        table.Add("GatherND", c => [Slices(c, "GatherND", c.In(1))], StreamGatherND,
            "the indices are elements along time; whole elements of a sequence");
        table.Add("ScatterND", c => [Slices(c, "ScatterND", c.In(1), c.In(2))], StreamScatterND,
            "whole elements of a sequence, at constant indices");
        table.Add("OneHot", OneHot, StreamOneHot, "the indices are elements along time");
        table.Add("Hardmax", Hardmax, StreamHardmax, "along axes other than time");
        table.Add("Trilu", Trilu, StreamTrilu, "along axes other than time; a mask is computed by the converter");
    }

    private static StepOperand Elements(Lowering c, string op, StepValue indices, StepValue? updates = null)
    {
        var y = c.NewOutput();
        c.Add(op, updates is null ? [c.In(0), indices] : [c.In(0), indices, updates], [y.Value],
            ("shape", c.Shape(0)), ("indexShape", c.Shape(1)), ("axis", Shapes.Axis(c.Node.Int("axis", 0), c.Shape(0).Length)),
                ("reduction", Reduction(c.Node, updates)));
        return y;
    }

    private static StepOperand Slices(Lowering c, string op, StepValue indices, StepValue? updates = null)
    {
        var y = c.NewOutput();
        c.Add(op, updates is null ? [c.In(0), indices] : [c.In(0), indices, updates], [y.Value],
            ("shape", c.Shape(0)), ("indexShape", c.Shape(1)), ("batchDims", (int)c.Node.Int("batch_dims", 0)),
                ("reduction", Reduction(c.Node, updates)));
        return y;
    }

    private static string? Reduction(OnnxNode node, StepValue? updates) => updates is null ? null : node.String("reduction", "none");

    private static Wire?[] StreamGatherElements(NodeContext c)
    {
        var stream = c.FirstStream;
        var axis = Shapes.Axis(c.Node.Int("axis", 0), stream.FullShape.Length);
        var isWhole = axis == stream.Axis && c.Constant(1) is not null && c.Stream(0) is not null
            && c.FullInputShape(1).SequenceEqual(Shapes.With(stream.FullShape, axis, 1));
        return isWhole && GatherOps.OnlyIndex(c) is { } index ? [GatherOps.TakeAlongTime(c, stream, index)] : StreamElements(c, "reads");
    }

    private static Wire?[] StreamElements(NodeContext c, string does)
    {
        var stream = c.FirstStream;
        var axis = Shapes.Axis(c.Node.Int("axis", 0), stream.FullShape.Length);
        var sameAxis = Enumerable.Range(0, c.InputCount).Select(c.Stream).OfType<StreamWire>().All(other => other.Axis == stream.Axis);
        return axis == stream.Axis || !sameAxis ? throw c.NotCausal($"it {does} elements along time at computed places")
            : c.TrackBroadcast(stream.Axis);
    }

    private static Wire?[] StreamGatherND(NodeContext c)
    {
        var batch = (int)c.Node.Int("batch_dims", 0);
        var indexShape = c.FullInputShape(1);
        if (c.Stream(1) is StreamWire indices)
        {
            var together = c.Stream(0) is StreamWire batched && batched.Axis == indices.Axis && indices.Axis < batch;
            return indices.Axis < indexShape.Length - 1 && (c.Stream(0) is null || together)
                ? c.Track(indices.Axis)
                : throw c.NotCausal("it reads elements along time at computed places");
        }

        var data = c.FirstStream;
        return data.Axis >= batch + indexShape[^1]
            ? c.Track(indexShape.Length - 1 + data.Axis - batch - indexShape[^1])
            : throw c.NotCausal("it reads elements along time at given places");
    }

    private static Wire?[] StreamScatterND(NodeContext c)
    {
        var indexShape = c.FullInputShape(1);
        var data = c.Stream(0);
        var fits = data is not null && c.Stream(1) is null && data.Axis >= indexShape[^1]
            && (c.Stream(2) is not StreamWire updates || updates.Axis == indexShape.Length - 1 + data.Axis - indexShape[^1]);
        return fits ? c.Track(data!.Axis) : throw c.NotCausal("it writes elements along time at computed places");
    }

    private static StepOperand?[] OneHot(Lowering c)
    {
        var depth = (int)c.RequireConstant(1, "depth").ToDoubles()[0];
        var shape = c.Shape(0);
        var axis = Shapes.Axis(c.Node.Int("axis", -1), shape.Length + 1);
        return [OneHotOn(c, c.In(0), c.In(2), depth, Shapes.Product(shape, 0, axis), Shapes.Product(shape, axis, shape.Length),
            c.OutputShape())];
    }

    /// <summary>Indices [outer, inner] of any type to [outer, depth, inner] of the two values.</summary>
    private static StepOperand OneHotOn(Lowering c, StepValue indices, StepValue values, int depth, int outer, int inner, int[] shape)
    {
        if (indices.Type != ElementType.I64)
            indices = WholeOrOutside(c, StepOperand.Of(indices), depth);

        var y = c.New(shape, values.Type);
        c.Add("OneHot", [indices, values], [y.Value], ("outer", outer), ("depth", depth), ("inner", inner));
        return y;
    }

    /// <summary>Indices in float: one that is no whole number matches nothing.</summary>
    private static StepValue WholeOrOutside(Lowering c, StepOperand indices, int depth)
    {
        var floor = StepArithmetic.Unary(c, indices, "Floor");
        var isWhole = StepArithmetic.Binary(c, "Equal", indices, floor);
        var chosen = c.New(indices.Shape);
        var outside = c.Graph.Constant($"{c.Node.Name}.outside", (float[])[depth], [1]);
        var strides = Shapes.Strides(indices.Shape);
        c.Add("Where", [isWhole.Value, floor.Value, outside], [chosen.Value], ("shape", indices.Shape), ("cStrides", strides),
            ("aStrides", strides),
            ("bStrides", Shapes.BroadcastStrides([1], indices.Shape)));
        return StepArithmetic.Cast(c, chosen, ElementType.I64).Value!;
    }

    private static Wire?[] StreamOneHot(NodeContext c)
    {
        var stream = c.Stream(0) ?? throw c.Refuse("its depth or values are a sequence");
        var axis = Shapes.Axis(c.Node.Int("axis", -1), stream.FullShape.Length + 1);
        return c.Track(stream.Axis < axis ? stream.Axis : stream.Axis + 1);
    }

    private static StepOperand?[] Hardmax(Lowering c)
    {
        var shape = c.Shape(0);
        var axis = Shapes.Axis(c.Node.Int("axis", -1), shape.Length);
        int outer = Shapes.Product(shape, 0, axis), inner = Shapes.Product(shape, axis + 1, shape.Length);
        var best = c.New([outer, inner], ElementType.I64);
        c.Add("ArgReduce", [c.In(0)], [best.Value], ("fn", "ArgMax"), ("selectLast", 0), ("outer", outer), ("count", shape[axis]),
            ("inner", inner));
        return [OneHotOn(c, best.Value!, c.Graph.Constant($"{c.Node.Name}.values", (float[])[0, 1], [2]), shape[axis], outer, inner,
            shape)];
    }

    private static Wire?[] StreamHardmax(NodeContext c)
    {
        var stream = c.FirstStream;
        return Shapes.Axis(c.Node.Int("axis", -1), stream.FullShape.Length) == stream.Axis ? throw c.NotCausal("it searches along time")
            : c.Track(stream.Axis);
    }

    /// <summary>The triangle as a constant mask.</summary>
    private static StepOperand?[] Trilu(Lowering c)
    {
        var shape = c.Shape(0);
        int rows = shape[^2], columns = shape[^1];
        var k = c.Has(1) ? c.RequireConstant(1, "diagonal").ToInts()[0] : 0;
        var upper = c.Node.Int("upper", 1) != 0;
        bool[] kept = [.. Enumerable.Range(0, rows * columns)
            .Select(i => upper ? i % columns - i / columns >= k : i % columns - i / columns <= k)];
        var mask = c.Graph.Constant($"{c.Node.Name}.mask", kept, [rows, columns]);
        var x = c.In(0);
        var zero = c.Graph.Constant($"{c.Node.Name}.zero", x.Type == ElementType.F32 ? new float[1] : x.Type == ElementType.Bool
            ? new bool[1] : new long[1], [1]);
        var y = c.NewOutput();
        c.Add("Where", [mask, x, zero], [y.Value], ("shape", shape), ("cStrides", Shapes.BroadcastStrides([rows, columns], shape)),
            ("aStrides", Shapes.Strides(shape)), ("bStrides", Shapes.BroadcastStrides([1], shape)));
        return [y];
    }

    private static Wire?[] StreamTrilu(NodeContext c)
    {
        if (LinearAttention.Triangle(c) is { } scores)
            return [scores];

        var stream = c.FirstStream;
        return stream.Axis < stream.FullShape.Length - 2 ? c.Track(stream.Axis) : throw c.NotCausal("it cuts a triangle out of all time");
    }
}
