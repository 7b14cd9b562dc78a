using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// Resize along time by a ratio of whole numbers, up / down: every <c>down</c> elements of the input complete <c>up</c> of the result,
/// each a weighted sum of neighbours. They go out one after the other. At the edges the first and the last element repeat.
/// </summary>
internal sealed class TimeResize
{
    /// <summary>Elements of the input from one group of results to the next: a window keeps more than so many.</summary>
    private const int LargestStride = 64;

    /// <summary>Results that one group may have, where it matters with which it begins.</summary>
    private const int LargestGroup = 4096;

    private const double Rounding = 1e-6;

    private readonly NodeContext _c;
    private readonly int _up;
    private readonly int _down;

    /// <summary>By element of the result.</summary>
    private readonly (int First, double[] Weights)[] _neighbours;

    /// <summary>How far the neighbours of the results at a place in their group reach from the group's first element of the input, where no
    /// result lies before the start.</summary>
    private readonly (int Low, int High)[] _reaches;

    private TimeResize(NodeContext c, (int First, double[] Weights)[] neighbours, int up, int down)
    {
        (_c, _neighbours, _up, _down) = (c, neighbours, up, down);
        _reaches = new (int Low, int High)[up];
        Array.Fill(_reaches, (int.MaxValue, int.MinValue));
        for (var j = 0; j < neighbours.Length; j++)
        {
            var (first, weights) = neighbours[j];
            foreach (var k in Enumerable.Range(0, weights.Length).Where(k => IsThere(weights[k])))
            {
                var at = first + k - j / up * down;
                _reaches[j % up] = (Math.Min(_reaches[j % up].Low, at), Math.Max(_reaches[j % up].High, at));
            }
        }
    }

    /// <param name="stream">Without padding in front.</param>
    public static Wire Stream(NodeContext c, StreamWire stream)
    {
        var axis = ResizedAxis.Of(c.Node, c.Constant(2), stream.Axis, stream.FullShape, c.FullShape());
        var down = Enumerable.Range(1, LargestStride)
            .FirstOrDefault(n => Math.Abs(axis.Scale * n - Math.Round(axis.Scale * n)) < Rounding * n);
        if (down == 0)
            throw c.Refuse($"it resizes the time axis by {axis.Scale}, no ratio of small whole numbers", Refusal.UseWindow);

        var neighbours = All(axis);
        if (!c.Analysis.LengthIsFixed && !IsStable(c, stream, neighbours))
            throw c.NotCausal("where its elements lie between those of the sequence depends on the length of the whole input");

        return new TimeResize(c, neighbours, (int)Math.Round(axis.Scale * down), down).Run(WithOthers(c, stream));
    }

    private static (int First, double[] Weights)[] All(ResizedAxis axis) => [.. Enumerable.Range(0, axis.Size).Select(axis.Neighbours)];

    /// <summary>Whether the elements of a shorter input come from the same neighbours.</summary>
    private static bool IsStable(NodeContext c, StreamWire stream, (int First, double[] Weights)[] neighbours)
    {
        var other = c.Analysis.OtherLength;
        if (c.Analysis.ShapeAt(c.Node.Inputs[0], other) is not { } from || c.Analysis.ShapeAt(c.Node.Outputs[0], other) is not { } to)
            return false;

        return All(ResizedAxis.Of(c.Node, c.Constant(2), stream.Axis, from, to)).Zip(neighbours)
            .All(pair => pair.First.First == pair.Second.First && AreNear(pair.First.Weights, pair.Second.Weights));
    }

    private static bool AreNear(double[] a, double[] b) => a.Zip(b).All(pair => Math.Abs(pair.First - pair.Second) < Rounding);

    /// <summary>Each element resized along the axes other than time.</summary>
    private static StreamWire WithOthers(NodeContext c, StreamWire stream)
    {
        var element = Shapes.With(c.FullShape(), stream.Axis, 1);
        var x = ResizeOps.AlongOthers(c.LoweringFor(stream.Clock), c.Constant(2), StepOperand.Of(stream.Value), element, stream.Axis);
        return stream with { Value = x.Value!.View(element), FullShape = Shapes.With(element, stream.Axis, stream.FullLength) };
    }

    private StreamWire Run(StreamWire stream)
    {
        stream = ReadsBehind(stream.FullLength) ? RecordingEnd.Held(_c, stream, 0) : stream;
        var begin = Begin();
        var (low, high) = Reach(begin);
        if (_down == 1 && low == 0 && high == 0 && _neighbours.All(of => of.Weights is [1]))
            return Result(_c.Aligner.HoldValue(stream.Value, stream.Clock), Upsampling.ClockOf(_c, stream, _up), stream.Axis, begin);

        stream = stream with
        {
            Lead = -low,
            LeadIsFirst = low < 0,
            FullShape = Shapes.With(stream.FullShape, stream.Axis, stream.FullLength - low),
        };
        var (window, clock) = SliceOps.Window(_c, stream, high - low + 1, _down);
        var every = Upsampling.ClockOf(_c, stream with { Clock = clock }, _up);
        var all = Group(_c.LoweringFor(clock), window, stream.Axis, Weights(begin, low, high));
        return Result(Upsampling.OneAfterTheOther(_c, all, clock, every, _up), every, stream.Axis, begin);
    }

    /// <summary>Results of the first group that lie before the start: groups may begin anywhere among the results, best where their last
    /// neighbour comes earliest.</summary>
    private int Begin() => Reach(0).High < _down ? 0
        : _up > LargestGroup ? throw _c.Refuse($"it makes {_up} elements along time of {_down} and their neighbours", Refusal.UseWindow)
        : Enumerable.Range(0, _up).MinBy(first => Reach(first) is var (low, high) ? (high, high - low) : default);

    /// <summary>The sequence of all results but those of the first group that lie before the start.</summary>
    private StreamWire Result(StepValue value, Clock every, int axis, int before)
    {
        var full = _c.FullShape();
        var all = new StreamWire(value.View(Shapes.With(full, axis, 1)), every, axis, Shapes.With(full, axis, full[axis] + before));
        return SliceOps.Crop(_c, all, before, 0);
    }

    /// <summary>How far the neighbours of a group reach from its first element of the input, if <paramref name="begin"/> results of the
    /// first group lie before the start.</summary>
    private (int Low, int High) Reach(int begin)
    {
        int low = 0, high = _down - 1;
        for (var place = 0; place < Math.Min(_up, _neighbours.Length); place++)
        {
            var later = place + begin >= _up ? _down : 0;
            (low, high) = (Math.Min(low, _reaches[place].Low - later), Math.Max(high, _reaches[place].High - later));
        }

        return (low, high);
    }

    /// <summary>Whether the last results would need elements behind the end.</summary>
    private bool ReadsBehind(int length) =>
        Array.Exists(_neighbours, of => of.Weights.Where((weight, k) => IsThere(weight) && of.First + k >= length).Any());

    private static bool IsThere(double weight) => Math.Abs(weight) > Rounding;

    /// <summary>The weight of each element of a window in each result of a group, [elements, up]: for each group, or one for all of
    /// them.</summary>
    private double[][] Weights(int begin, int low, int high)
    {
        var groups = new double[(_neighbours.Length + begin + _up - 1) / _up][];
        for (var i = 0; i < groups.Length; i++)
        {
            groups[i] = new double[(high - low + 1) * _up];
            for (var r = 0; r < _up; r++)
                AddWeights(groups[i], r, i * _up + r - begin, i * _down + low);
        }

        // The first and the last group may lack results.
        return groups.Length > 2 && groups[1..^1].All(group => AreNear(group, groups[1])) ? [groups[1]] : groups;
    }

    private void AddWeights(double[] group, int place, int result, int first)
    {
        if (result < 0 || result >= _neighbours.Length)
            return;

        var (start, weights) = _neighbours[result];
        for (var k = 0; k < weights.Length; k++)
        {
            if (IsThere(weights[k]))
                group[(start + k - first) * _up + place] += weights[k];
        }
    }

    /// <summary>All results of a group, one after the other.</summary>
    private StepValue Group(Lowering lowering, StepValue window, int axis, double[][] weights)
    {
        var shape = window.Shape;
        int outer = Shapes.Product(shape, 0, axis), count = shape[axis], inner = Shapes.Product(shape, axis + 1, shape.Length);
        var elements = StepArithmetic.Cast(lowering, StepOperand.Of(window), ElementType.F32).Reshaped([outer, count, inner]);
        var all = Rows(lowering, weights, count);
        StepOperand? sum = null;
        for (var k = 0; k < count; k++)
        {
            var element = StepMoves.CopyStrided(lowering, elements, [outer, inner], k * inner, [count * inner, 1]);
            var row = StepMoves.CopyStrided(lowering, all, [_up], k * _up, [1]);
            var term = StepArithmetic.Binary(lowering, "Mul", element.Reshaped([1, outer * inner]), row.Reshaped([_up, 1]));
            sum = sum is null ? term : StepArithmetic.Binary(lowering, "Add", sum, term);
        }

        return StepArithmetic.Cast(lowering, sum!, window.Type).Value!;
    }

    /// <summary>Weights of the current group; of the last one behind it.</summary>
    private StepOperand Rows(Lowering lowering, double[][] weights, int count)
    {
        int[] shape = [count, _up];
        float[] all = [.. weights.SelectMany(group => group).Select(weight => (float)weight)];
        if (weights.Length == 1)
            return StepOperand.Of(_c.Graph.Constant($"{_c.Node.Name}.weights", all, shape));

        var table = _c.Graph.Constant($"{_c.Node.Name}.weights", all, [weights.Length, count * _up]);
        var row = lowering.New(shape);
        lowering.Add("Table", [table], [row.Value], ("size", count * _up), ("rows", weights.Length), ("beyond", "clamp"));
        return row;
    }
}
