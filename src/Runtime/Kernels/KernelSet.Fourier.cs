namespace EdgeSeq.Runtime.Kernels;

internal abstract partial class KernelSet
{
    /// <summary>One pass of a Fourier transform. A radix of 4: t0 = a0 + a2, t1 = a0 - a2, t2 = a1 + a3, t3 = a1 - a3, and t0 + t2,
    /// t1 - i·t3, t0 - t2, t1 + i·t3; others: the fma chains over the parts in their order. The turn of y by w is
    /// fma(y.re, w.re, -(y.im·w.im)), fma(y.re, w.im, y.im·w.re).</summary>
    /// <param name="tables">Of all passes.</param>
    /// <param name="from">A buffer: real parts, from the middle on imaginary parts.</param>
    /// <param name="to">Another one.</param>
    public void FourierPass(FourierPass pass, ReadOnlySpan<float> tables, ReadOnlySpan<float> from, Span<float> to)
    {
        Require(pass.Radix is >= 2 and <= 5 && tables.Length - pass.Table >= pass.TableLength
            && from.Length == to.Length && from.Length % 2 == 0 && from.Length >= 2 * pass.Room);
        FourierPassCore(pass, tables.Slice(pass.Table, pass.TableLength), from, to);
    }

    /// <summary>From the transform of points to that of real samples, or back. With z a point, r its mirror, e = (z.re + r.re,
    /// z.im - r.im)·half, d = (z.re - r.re, z.im + r.im)·half and the turn c, s: fma(c, d.im, fma(s, d.re, e.re)) and
    /// fma(s, d.im, fma(-d.re, c, e.im)).</summary>
    /// <param name="tables">Cosines, from the middle on sines: of whole lines.</param>
    /// <param name="points">A buffer.</param>
    /// <param name="mirror">A buffer: the points backwards.</param>
    /// <param name="re">[half of the tables]; may be a part of points.</param>
    /// <param name="im">As re.</param>
    public void FourierSplit(ReadOnlySpan<float> tables, float half, ReadOnlySpan<float> points, ReadOnlySpan<float> mirror,
        Span<float> re, Span<float> im)
    {
        Require(tables.Length % 32 == 0 && points.Length >= tables.Length && points.Length % 2 == 0 && mirror.Length == points.Length
            && re.Length == tables.Length / 2 && im.Length == re.Length);
        FourierSplitCore(tables, half, points, mirror, re, im);
    }

    protected abstract void FourierPassCore(FourierPass pass, ReadOnlySpan<float> table, ReadOnlySpan<float> from, Span<float> to);

    protected abstract void FourierSplitCore(ReadOnlySpan<float> tables, float half, ReadOnlySpan<float> points,
        ReadOnlySpan<float> mirror, Span<float> re, Span<float> im);
}
