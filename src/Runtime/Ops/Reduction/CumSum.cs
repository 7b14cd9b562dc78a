using System.Numerics;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Reduction;

/// <summary>Sums of the elements so far along the middle axis of [outer, count, inner].</summary>
internal sealed class CumSum<T> : StepOp
    where T : unmanaged, INumber<T>
{
    private readonly Source<T> _x;
    private readonly Target<T> _y;
    private readonly int _outer;
    private readonly int _count;
    private readonly int _inner;
    private readonly bool _exclusive;
    private readonly bool _reverse;

    public CumSum(OpReader reader)
    {
        _outer = reader.Int("outer");
        _count = reader.Int("count");
        _inner = reader.Int("inner");
        _exclusive = reader.Flag("exclusive");
        _reverse = reader.Flag("reverse");
        _x = reader.In<T>("x", reader.Product(_outer, _count, _inner));
        _y = reader.Out<T>("y", _x.Length);
    }

    public override void Step(in Frame frame)
    {
        var x = _x.Span(frame);
        var y = _y.Span(frame);
        for (var outer = 0; outer < _outer; outer++)
        {
            for (var inner = 0; inner < _inner; inner++)
            {
                var start = (outer * _count * _inner) + inner;
                Accumulate(x[start..], y[start..]);
            }
        }
    }

    private void Accumulate(ReadOnlySpan<T> x, Span<T> y)
    {
        var sum = T.Zero;
        for (var i = 0; i < _count; i++)
        {
            var at = (_reverse ? _count - 1 - i : i) * _inner;
            // Read before the write: y may be x.
            var element = x[at];
            y[at] = _exclusive ? sum : sum + element;
            sum += element;
        }
    }
}
