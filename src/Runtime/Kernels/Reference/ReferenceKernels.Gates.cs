using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Reference;

internal sealed partial class ReferenceKernels
{
    protected override void LstmGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> c,
        Span<float> hNext, Span<float> cNext)
    {
        if (int8)
            LstmUnits<CoarseTanh>(wx, rh, c, hNext, cNext);
        else
            LstmUnits<FineTanh>(wx, rh, c, hNext, cNext);
    }

    protected override void GruGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> h,
        Span<float> hNext)
    {
        if (int8)
            GruUnits<CoarseTanh>(wx, rh, h, hNext);
        else
            GruUnits<FineTanh>(wx, rh, h, hNext);
    }

    protected override void RnnGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, Span<float> hNext)
    {
        for (var unit = 0; unit < hNext.Length; unit++)
        {
            var sum = new Lanes1(wx[unit] + rh[unit]);
            hNext[unit] = (int8 ? GateMath<CoarseTanh>.Tanh(sum) : GateMath<FineTanh>.Tanh(sum)).Value;
        }
    }

    private static void LstmUnits<TTanh>(ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> c, Span<float> hNext,
        Span<float> cNext)
        where TTanh : struct, ITanhRational
    {
        for (var unit = 0; unit < hNext.Length; unit++)
        {
            var (i, o) = (PackedLayout.GatedRow(0, unit, 4), PackedLayout.GatedRow(1, unit, 4));
            var (f, g) = (PackedLayout.GatedRow(2, unit, 4), PackedLayout.GatedRow(3, unit, 4));
            LstmUnit<TTanh>(wx[i] + rh[i], wx[o] + rh[o], wx[f] + rh[f], wx[g] + rh[g], c[unit], out hNext[unit], out cNext[unit]);
        }
    }

    private static void GruUnits<TTanh>(ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> h, Span<float> hNext)
        where TTanh : struct, ITanhRational
    {
        for (var unit = 0; unit < hNext.Length; unit++)
        {
            var (z, r) = (PackedLayout.GatedRow(0, unit, 3), PackedLayout.GatedRow(1, unit, 3));
            var n = PackedLayout.GatedRow(2, unit, 3);
            hNext[unit] = GruUnit<TTanh>(wx[z] + rh[z], wx[r] + rh[r], wx[n], rh[n], h[unit]);
        }
    }
}
