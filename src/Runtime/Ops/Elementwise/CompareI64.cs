using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Elementwise;

/// <summary>Comparison of whole numbers, 0 or 1.</summary>
internal sealed class CompareI64(OpReader reader, CompareFunction function) : BroadcastOp<long, byte>(reader)
{
    protected override void Run(ReadOnlySpan<long> a, ReadOnlySpan<long> b, Span<byte> y)
    {
        for (var i = 0; i < y.Length; i++)
            y[i] = Holds(a[i], b[i]) ? (byte)1 : (byte)0;
    }

    private bool Holds(long a, long b) => function switch
    {
        CompareFunction.Equal => a == b,
        CompareFunction.Less => a < b,
        CompareFunction.LessOrEqual => a <= b,
        CompareFunction.Greater => a > b,
        _ => a >= b,
    };
}
