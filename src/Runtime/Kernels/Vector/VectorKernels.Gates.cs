using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    protected override void LstmGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> c, Span<float> hNext, Span<float> cNext)
    {
        fixed (float* input = wx, hidden = rh, cs = c, hTo = hNext, cTo = cNext)
            for (nint unit = 0; unit < hNext.Length; unit += UnitsPerChunk)
            {
                var gates = new FinishedSums(input + 4 * unit, hidden + 4 * unit);
                if (int8)
                    LstmUnits<FinishedSums, CoarseTanh>(gates, cs + unit, cTo + unit, hTo + unit, hNext.Length - unit);
                else
                    LstmUnits<FinishedSums, FineTanh>(gates, cs + unit, cTo + unit, hTo + unit, hNext.Length - unit);
            }
    }

    protected override void GruGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> h, Span<float> hNext)
    {
        fixed (float* input = wx, hidden = rh, hs = h, hTo = hNext)
            for (nint unit = 0; unit < hNext.Length; unit += UnitsPerChunk)
            {
                var gates = new FinishedSums(input + 3 * unit, hidden + 3 * unit);
                if (int8)
                    GruUnits<FinishedSums, CoarseTanh>(gates, hs + unit, hTo + unit, hNext.Length - unit);
                else
                    GruUnits<FinishedSums, FineTanh>(gates, hs + unit, hTo + unit, hNext.Length - unit);
            }
    }

    protected override void RnnGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, Span<float> hNext)
    {
        fixed (float* input = wx, hidden = rh, hTo = hNext)
            for (nint unit = 0; unit < hNext.Length; unit += UnitsPerChunk)
            {
                var gates = new FinishedSums(input + unit, hidden + unit);
                if (int8)
                    RnnUnits<FinishedSums, CoarseTanh>(gates, hTo + unit, hNext.Length - unit);
                else
                    RnnUnits<FinishedSums, FineTanh>(gates, hTo + unit, hNext.Length - unit);
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
