using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    protected override void LstmGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> c, Span<float> hNext, Span<float> cNext)
    {
        fixed (float* input = wx, hidden = rh, cs = c, hTo = hNext, cTo = cNext)
            Finish(new LstmCell(cs, cTo, hTo), int8, new FinishedSums(input, hidden), hNext.Length);
    }

    protected override void GruGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> h, Span<float> hNext)
    {
        fixed (float* input = wx, hidden = rh, hs = h, hTo = hNext)
            Finish(new GruCell(hs, hTo), int8, new FinishedSums(input, hidden), hNext.Length);
    }

    protected override void RnnGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, Span<float> hNext)
    {
        fixed (float* input = wx, hidden = rh, hTo = hNext)
            Finish(new RnnCell(hTo), int8, new FinishedSums(input, hidden), hNext.Length);
    }

    private static void Finish<TCell>(TCell cell, bool int8, in FinishedSums sums, nint units)
        where TCell : struct, ICell
    {
        if (int8)
            cell.Update<FinishedSums, CoarseTanh>(sums, 0, units);
        else
            cell.Update<FinishedSums, FineTanh>(sums, 0, units);
    }

    /// <summary>Products that already have their scales and biases.</summary>
    private readonly struct FinishedSums(float* input, float* hidden) : IGateSums
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Input(nint at) => TLanes.Load(input + at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Hidden(nint at) => TLanes.Load(hidden + at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Both(nint at) => Input(at) + Hidden(at);
    }
}
