using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Elementwise;

/// <summary>An elementwise function of two operands.</summary>
internal sealed class BinaryF32(OpReader reader, BinaryFunction function) : BroadcastOp<float, float>(reader)
{
    protected override bool TakesOneForAll => true;

    protected override void Run(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y) =>
        KernelSets.Active.Binary(function, a, b, y);
}
