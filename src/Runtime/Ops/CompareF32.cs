using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Runtime.Ops;

/// <summary>Comparison of two operands, 0 or 1; a NaN compares false.</summary>
internal sealed class CompareF32(OpReader reader, CompareFunction function) : BroadcastOp<float, byte>(reader)
{
    protected override void Run(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<byte> y) =>
        KernelSet.Compare(function, a, b, y);
}
