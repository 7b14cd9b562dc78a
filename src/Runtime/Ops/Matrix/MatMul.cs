using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Matrix;

/// <summary>Product of two computed matrices [rows, inner] and [inner, columns], for each index of the batch shape.</summary>
internal sealed class MatMul : StepOp
{
    private readonly Source<float> _a;
    private readonly Source<float> _b;
    private readonly Target<float> _y;
    private readonly Scratch<float> _packed;
    private readonly StridePlan _batch;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _inner;

    public MatMul(OpReader reader)
    {
        _rows = reader.Int("rows");
        _columns = reader.Int("columns");
        _inner = reader.Int("inner");
        var batchShape = reader.Ints("batch");
        var aStrides = reader.Ints("aBatchStrides");
        var bStrides = reader.Ints("bBatchStrides");
        if (aStrides.Length != batchShape.Length || bStrides.Length != batchShape.Length)
            throw reader.Error("batch, aBatchStrides and bBatchStrides differ in length");
        _a = reader.In<float>("a", reader.InLength("a"));
        _b = reader.In<float>("b", reader.InLength("b"));
        _y = reader.Out<float>("y", reader.Product([.. batchShape, _rows, _columns]));
        reader.RequireWalk("a", [.. batchShape, reader.Product(_rows, _inner)], [.. aStrides, 1], 0, _a.Length);
        reader.RequireWalk("b", [.. batchShape, reader.Product(_inner, _columns)], [.. bStrides, 1], 0, _b.Length);
        _batch = new StridePlan(batchShape, aStrides, bStrides);
        _packed = reader.Scratch<float>(reader.Product(PackedLayout.PadRows(_columns), _inner));
    }

    public override void Step(in Frame frame)
    {
        var y = _y.Span(frame);
        Walk(frame, 0, 0, 0, ref y);
    }

    private void Walk(in Frame frame, int axis, int a, int b, ref Span<float> y)
    {
        for (var i = 0; i < _batch.Shape[axis]; i++)
        {
            if (axis == _batch.Last)
                Multiply(_a.Span(frame).Slice(a, _rows * _inner), _b.Span(frame).Slice(b, _inner * _columns), ref y, _packed.Span(frame));
            else
                Walk(frame, axis + 1, a, b, ref y);
            a += _batch.Strides[0][axis];
            b += _batch.Strides[1][axis];
        }
    }

    /// <summary>b's columns are the rows of a packed matrix, a's rows its vectors.</summary>
    private void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ref Span<float> y, Span<float> packed)
    {
        PackedLayout.PackTransposedF32(b, _columns, _inner, packed);
        KernelSets.Active.LinearF32(new MatrixF32(packed, default, _columns, _inner), a, y[..(_rows * _columns)], _rows);
        y = y[(_rows * _columns)..];
    }
}
