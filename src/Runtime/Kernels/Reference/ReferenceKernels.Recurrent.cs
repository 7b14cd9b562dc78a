using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Reference;

internal sealed partial class ReferenceKernels
{
    protected internal override void GruResetCore(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> h, Span<float> y)
    {
        for (var unit = 0; unit < y.Length; unit++)
            y[unit] = GateMath<FineTanh>.Sigmoid(new Lanes1(a[unit] + b[unit])).Value * h[unit];
    }

    protected internal override void GruMixCore(ReadOnlySpan<float> z, ReadOnlySpan<float> n, ReadOnlySpan<float> h, Span<float> y)
    {
        for (var unit = 0; unit < y.Length; unit++)
            y[unit] = GateMath<FineTanh>.GruMix(new Lanes1(z[unit]), new Lanes1(n[unit]), new Lanes1(h[unit])).Value;
    }

    protected override void LstmStepS8Core(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h,
        float hScale,
        ReadOnlySpan<float> c, Span<float> hNext, Span<float> cNext, Span<byte> scratch)
    {
        Quantize(x, ref xScale, h, ref hScale, scratch, out var qx, out var qh);
        for (var unit = 0; unit < hNext.Length; unit++)
        {
            LstmUnit<CoarseTanh>(
                Gate(w, qx, xScale, r, qh, hScale, PackedLayout.GatedRow(0, unit, 4)),
                Gate(w, qx, xScale, r, qh, hScale, PackedLayout.GatedRow(1, unit, 4)),
                Gate(w, qx, xScale, r, qh, hScale, PackedLayout.GatedRow(2, unit, 4)),
                Gate(w, qx, xScale, r, qh, hScale, PackedLayout.GatedRow(3, unit, 4)),
                c[unit], out hNext[unit], out cNext[unit]);
        }
    }

    protected override void LstmStepF32Core(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h,
        ReadOnlySpan<float> c,
        Span<float> hNext, Span<float> cNext, Span<byte> scratch)
    {
        var hOld = Copy(h, scratch);
        for (var unit = 0; unit < hNext.Length; unit++)
        {
            LstmUnit<FineTanh>(
                Gate(w, x, r, hOld, PackedLayout.GatedRow(0, unit, 4)),
                Gate(w, x, r, hOld, PackedLayout.GatedRow(1, unit, 4)),
                Gate(w, x, r, hOld, PackedLayout.GatedRow(2, unit, 4)),
                Gate(w, x, r, hOld, PackedLayout.GatedRow(3, unit, 4)),
                c[unit], out hNext[unit], out cNext[unit]);
        }
    }

    protected override void GruStepS8Core(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h,
        float hScale,
        Span<float> hNext, Span<byte> scratch)
    {
        Quantize(x, ref xScale, h, ref hScale, scratch, out var qx, out var qh);
        for (var unit = 0; unit < hNext.Length; unit++)
        {
            var candidate = PackedLayout.GatedRow(2, unit, 3);
            hNext[unit] = GruUnit<CoarseTanh>(
                Gate(w, qx, xScale, r, qh, hScale, PackedLayout.GatedRow(0, unit, 3)),
                Gate(w, qx, xScale, r, qh, hScale, PackedLayout.GatedRow(1, unit, 3)),
                LinearRow(w, candidate, qx, xScale), LinearRow(r, candidate, qh, hScale), h[unit]);
        }
    }

    protected override void GruStepF32Core(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> hNext,
        Span<byte> scratch)
    {
        var hOld = Copy(h, scratch);
        for (var unit = 0; unit < hNext.Length; unit++)
        {
            var candidate = PackedLayout.GatedRow(2, unit, 3);
            hNext[unit] = GruUnit<FineTanh>(
                Gate(w, x, r, hOld, PackedLayout.GatedRow(0, unit, 3)),
                Gate(w, x, r, hOld, PackedLayout.GatedRow(1, unit, 3)),
                LinearRow(w, candidate, x), LinearRow(r, candidate, hOld), hOld[unit]);
        }
    }

    protected override void RnnStepS8Core(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h,
        float hScale,
        Span<float> hNext, Span<byte> scratch)
    {
        Quantize(x, ref xScale, h, ref hScale, scratch, out var qx, out var qh);
        for (var unit = 0; unit < hNext.Length; unit++)
            hNext[unit] = GateMath<CoarseTanh>.Tanh(new Lanes1(Gate(w, qx, xScale, r, qh, hScale, unit))).Value;
    }

    protected override void RnnStepF32Core(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> hNext,
        Span<byte> scratch)
    {
        var hOld = Copy(h, scratch);
        for (var unit = 0; unit < hNext.Length; unit++)
            hNext[unit] = GateMath<FineTanh>.Tanh(new Lanes1(Gate(w, x, r, hOld, unit))).Value;
    }

    private void Quantize(ReadOnlySpan<float> x, ref float xScale, ReadOnlySpan<float> h, ref float hScale, Span<byte> scratch,
        out Span<sbyte> qx, out Span<sbyte> qh)
    {
        qx = MemoryMarshal.Cast<byte, sbyte>(scratch);
        qh = qx[PackedLayout.PadColumnsS8(x.Length)..];
        xScale = QuantizeS8Core(x, qx, xScale);
        hScale = QuantizeS8Core(h, qh, hScale);
    }

    /// <summary>The old state, which the new one may overwrite.</summary>
    private static Span<float> Copy(ReadOnlySpan<float> h, Span<byte> scratch)
    {
        var copy = MemoryMarshal.Cast<byte, float>(scratch)[..h.Length];
        h.CopyTo(copy);
        return copy;
    }

    private static float Gate(in MatrixS8 w, ReadOnlySpan<sbyte> qx, float xScale, in MatrixS8 r, ReadOnlySpan<sbyte> qh, float hScale,
        int row) =>
        LinearRow(w, row, qx, xScale) + LinearRow(r, row, qh, hScale);

    private static float Gate(in MatrixF32 w, ReadOnlySpan<float> x, in MatrixF32 r, ReadOnlySpan<float> h, int row) =>
        LinearRow(w, row, x) + LinearRow(r, row, h);

    private static void LstmUnit<TTanh>(float i, float o, float f, float g, float c, out float h, out float cNext)
        where TTanh : struct, ITanhRational
    {
        cNext = GateMath<TTanh>.LstmCell(new Lanes1(i), new Lanes1(f), new Lanes1(g), new Lanes1(c)).Value;
        h = GateMath<TTanh>.LstmHidden(new Lanes1(o), new Lanes1(cNext)).Value;
    }

    private static float GruUnit<TTanh>(float z, float r, float nInput, float nHidden, float h)
        where TTanh : struct, ITanhRational
        => GateMath<TTanh>.GruHidden(new Lanes1(z), new Lanes1(r), new Lanes1(nInput), new Lanes1(nHidden), new Lanes1(h)).Value;
}
