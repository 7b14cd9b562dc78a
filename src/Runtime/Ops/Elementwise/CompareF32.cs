using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Elementwise;

/// <summary>Comparison of two operands, 0 or 1; a NaN compares false.</summary>
internal sealed class CompareF32(OpReader reader, CompareFunction function) : BroadcastOp<float, byte>(reader)
{
    protected override void Run(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<byte> y) =>
        KernelSet.Compare(function, a, b, y);
}
