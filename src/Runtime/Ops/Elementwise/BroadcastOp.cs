using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Elementwise;

/// <summary>An elementwise op of two operands that broadcast by strides: hands contiguous runs to <see cref="Run"/>. y is
/// contiguous.</summary>
internal abstract class BroadcastOp<TIn, TOut> : StepOp
    where TIn : unmanaged
    where TOut : unmanaged
{
    private readonly Source<TIn> _a;
    private readonly Source<TIn> _b;
    private readonly Target<TOut> _y;
    private readonly StridePlan _plan;
    private readonly Scratch<TIn> _aRun;
    private readonly Scratch<TIn> _bRun;

    protected BroadcastOp(OpReader reader)
    {
        var shape = reader.Ints("shape");
        var aStrides = reader.Ints("aStrides", shape.Length);
        var bStrides = reader.Ints("bStrides", shape.Length);
        _a = reader.In<TIn>("a", reader.InLength("a"));
        _b = reader.In<TIn>("b", reader.InLength("b"));
        _y = reader.Out<TOut>("y", reader.Product(shape));
        reader.RequireWalk("a", shape, aStrides, 0, _a.Length);
        reader.RequireWalk("b", shape, bStrides, 0, _b.Length);
        _plan = new StridePlan(shape, aStrides, bStrides);
        _aRun = reader.Scratch<TIn>(CopyLength(0));
        _bRun = reader.Scratch<TIn>(CopyLength(1));
    }

    /// <summary>Whether <see cref="Run"/> takes one element that stands for all.</summary>
    protected virtual bool TakesOneForAll => false;

    public override void Step(in Frame frame)
    {
        var y = _y.Span(frame);
        Walk(frame, 0, 0, 0, ref y);
    }

    /// <summary>y[i] = f(a[i], b[i]); the spans have one length, or that of one element, and y may be a or b.</summary>
    protected abstract void Run(ReadOnlySpan<TIn> a, ReadOnlySpan<TIn> b, Span<TOut> y);

    private void Walk(in Frame frame, int axis, int a, int b, ref Span<TOut> y)
    {
        var (count, aStride, bStride) = (_plan.Shape[axis], _plan.Strides[0][axis], _plan.Strides[1][axis]);
        if (axis == _plan.Last)
        {
            Run(
                Contiguous(_a.Span(frame), a, aStride, count, _aRun.Span(frame)),
                Contiguous(_b.Span(frame), b, bStride, count, _bRun.Span(frame)),
                y[..count]);
            y = y[count..];
            return;
        }

        for (var i = 0; i < count; i++)
            Walk(frame, axis + 1, a + (i * aStride), b + (i * bStride), ref y);
    }

    /// <summary>Elements of a run that is copied before it is used.</summary>
    private int CopyLength(int operand) => _plan.Strides[operand][_plan.Last] switch
    {
        1 => 0,
        0 when TakesOneForAll => 0,
        _ => _plan.Shape[_plan.Last],
    };

    private ReadOnlySpan<TIn> Contiguous(ReadOnlySpan<TIn> values, int start, int stride, int count, Span<TIn> copy) => stride switch
    {
        1 => values.Slice(start, count),
        0 when TakesOneForAll => values.Slice(start, 1),
        _ => Copied(values, start, stride, copy),
    };

    private static ReadOnlySpan<TIn> Copied(ReadOnlySpan<TIn> values, int start, int stride, Span<TIn> copy)
    {
        if (stride == 0)
        {
            copy.Fill(values[start]);
            return copy;
        }

        for (var i = 0; i < copy.Length; i++)
            copy[i] = values[start + (i * stride)];
        return copy;
    }
}
