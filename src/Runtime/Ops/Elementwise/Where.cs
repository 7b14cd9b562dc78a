using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Elementwise;

/// <summary>y = c ? a : b with broadcasting by strides; y is contiguous.</summary>
internal sealed class Where<T> : StepOp
    where T : unmanaged
{
    private readonly Source<byte> _condition;
    private readonly Source<T> _a;
    private readonly Source<T> _b;
    private readonly Target<T> _y;
    private readonly StridePlan _plan;

    public Where(OpReader reader)
    {
        var shape = reader.Ints("shape");
        var conditionStrides = reader.Ints("cStrides", shape.Length);
        var aStrides = reader.Ints("aStrides", shape.Length);
        var bStrides = reader.Ints("bStrides", shape.Length);
        _condition = reader.In<byte>("c", reader.InLength("c"));
        _a = reader.In<T>("a", reader.InLength("a"));
        _b = reader.In<T>("b", reader.InLength("b"));
        _y = reader.Out<T>("y", reader.Product(shape));
        reader.RequireWalk("c", shape, conditionStrides, 0, _condition.Length);
        reader.RequireWalk("a", shape, aStrides, 0, _a.Length);
        reader.RequireWalk("b", shape, bStrides, 0, _b.Length);
        _plan = new StridePlan(shape, conditionStrides, aStrides, bStrides, Strides.Contiguous(shape));
    }

    public override void Step(in Frame frame) =>
        Walk(0, _condition.Span(frame), 0, _a.Span(frame), 0, _b.Span(frame), 0, _y.Span(frame), 0);

    private void Walk(
        int axis, ReadOnlySpan<byte> condition, int c, ReadOnlySpan<T> left, int a, ReadOnlySpan<T> right, int b, Span<T> result, int y)
    {
        var strides = _plan.Strides;
        var (cStride, aStride, bStride, yStride) = (strides[0][axis], strides[1][axis], strides[2][axis], strides[3][axis]);
        if (axis == _plan.Last && cStride == 0)
        {
            var run = result.Slice(y, _plan.Shape[axis]);
            if (condition[c] != 0)
                CopyRun(left, a, aStride, run);
            else
                CopyRun(right, b, bStride, run);
            return;
        }

        for (var i = 0; i < _plan.Shape[axis]; i++)
        {
            if (axis == _plan.Last)
                result[y] = condition[c] != 0 ? left[a] : right[b];
            else
                Walk(axis + 1, condition, c, left, a, right, b, result, y);
            c += cStride;
            a += aStride;
            b += bStride;
            y += yStride;
        }
    }

    /// <summary>One condition for the whole run.</summary>
    private static void CopyRun(ReadOnlySpan<T> source, int first, int stride, Span<T> run)
    {
        if (stride == 1)
        {
            source.Slice(first, run.Length).CopyTo(run);
            return;
        }

        for (var i = 0; i < run.Length; i++)
            run[i] = source[first + (i * stride)];
    }
}
