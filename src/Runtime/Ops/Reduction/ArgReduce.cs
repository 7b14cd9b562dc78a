using System.Numerics;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Reduction;

/// <summary>Index of the largest or smallest element along the middle axis of [outer, count, inner].</summary>
internal sealed class ArgReduce<T> : StepOp
    where T : unmanaged, INumber<T>
{
    private readonly Source<T> _x;
    private readonly Target<long> _y;
    private readonly int _count;
    private readonly int _inner;
    private readonly bool _largest;
    private readonly bool _selectLast;

    public ArgReduce(OpReader reader)
    {
        var outer = reader.Int("outer");
        _count = reader.Int("count");
        _inner = reader.Int("inner");
        _largest = reader.Choice<ArgFunction>("fn") == ArgFunction.ArgMax;
        _selectLast = reader.Flag("selectLast");
        _x = reader.In<T>("x", reader.Product(outer, _count, _inner));
        _y = reader.Out<long>("y", reader.Product(outer, _inner));
    }

    public override void Step(in Frame frame)
    {
        var x = _x.Span(frame);
        var y = _y.Span(frame);
        for (var i = 0; i < y.Length; i++)
            y[i] = Best(x[((i / _inner * _count * _inner) + (i % _inner))..]);
    }

    private int Best(ReadOnlySpan<T> x)
    {
        var best = 0;
        for (var i = 1; i < _count; i++)
        {
            var (candidate, leader) = (x[i * _inner], x[best * _inner]);
            var better = _largest ? candidate > leader : candidate < leader;
            if (better || (_selectLast && candidate == leader))
                best = i;
        }

        return best;
    }
}
