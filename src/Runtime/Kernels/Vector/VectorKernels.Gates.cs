using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    protected override void LstmGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> c,
        Span<float> hNext, Span<float> cNext)
    {
        fixed (float* input = wx, hidden = rh, cs = c, hTo = hNext, cTo = cNext)
            Finish(new LstmCell(cs, cTo, hTo), int8, input, hidden, hNext.Length);
    }

    protected override void GruGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> h,
        Span<float> hNext)
    {
        fixed (float* input = wx, hidden = rh, hs = h, hTo = hNext)
            Finish(new GruCell(hs, hTo), int8, input, hidden, hNext.Length);
    }

    protected override void RnnGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, Span<float> hNext)
    {
        fixed (float* input = wx, hidden = rh, hTo = hNext)
            Finish(new RnnCell(hTo), int8, input, hidden, hNext.Length);
    }

    private static void Finish<TCell>(TCell cell, bool int8, float* input, float* hidden, nint units)
        where TCell : struct, ICell
    {
        for (nint unit = 0; unit < units; unit += KernelScratch.RecurrentChunk)
        {
            var sums = new FinishedSums(input + TCell.Gates * unit, hidden + TCell.Gates * unit);
            var count = Math.Min(units - unit, KernelScratch.RecurrentChunk);
            if (int8)
                cell.Update<FinishedSums, CoarseTanh>(sums, unit, count);
            else
                cell.Update<FinishedSums, FineTanh>(sums, unit, count);
        }
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
