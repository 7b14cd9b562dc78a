namespace EdgeSeq.Runtime.Kernels.Reference;

internal sealed partial class ReferenceKernels
{
    protected override void FourierPassCore(FourierPass pass, ReadOnlySpan<float> table, ReadOnlySpan<float> from, Span<float> to)
    {
        int apart = from.Length / 2, padded = pass.Padded;
        for (var i = 0; i < pass.Points; i++)
        {
            for (var k = 0; k < pass.Radix; k++)
            {
                var (re, im) = pass.Radix == 4 ? Quarter(k, from[i..], apart, pass.Points)
                    : Part(k, pass.Radix, table, from[i..], apart, pass.Points);
                var at = i / pass.Run * pass.Run * pass.Radix + k * pass.Run + i % pass.Run;
                if (pass.Turns && k > 0)
                {
                    var turns = table[(pass.Roots + 2 * (k - 1) * padded + i)..];
                    var (cos, sin) = (turns[0], turns[padded]);
                    (re, im) = (MathF.FusedMultiplyAdd(re, cos, -(im * sin)), MathF.FusedMultiplyAdd(re, sin, im * cos));
                }

                (to[at], to[apart + at]) = (re, im);
            }
        }
    }

    protected override void FourierSplitCore(ReadOnlySpan<float> tables, float half, ReadOnlySpan<float> points,
        ReadOnlySpan<float> mirror, Span<float> re, Span<float> im)
    {
        var apart = points.Length / 2;
        for (var k = 0; k < re.Length; k++)
        {
            var (c, s) = (tables[k], tables[re.Length + k]);
            var (er, ei) = ((points[k] + mirror[k]) * half, (points[apart + k] - mirror[apart + k]) * half);
            var (dr, di) = ((points[k] - mirror[k]) * half, (points[apart + k] + mirror[apart + k]) * half);
            re[k] = MathF.FusedMultiplyAdd(c, di, MathF.FusedMultiplyAdd(s, dr, er));
            im[k] = MathF.FusedMultiplyAdd(s, di, MathF.FusedMultiplyAdd(-dr, c, ei));
        }
    }

    private static (float Re, float Im) Quarter(int k, ReadOnlySpan<float> from, int apart, int points)
    {
        var (ar, br, cr, dr) = (from[0], from[points], from[2 * points], from[3 * points]);
        var im = from[apart..];
        var (ai, bi, ci, di) = (im[0], im[points], im[2 * points], im[3 * points]);
        return k switch
        {
            0 => (ar + cr + (br + dr), ai + ci + (bi + di)),
            1 => (ar - cr + (bi - di), ai - ci - (br - dr)),
            2 => (ar + cr - (br + dr), ai + ci - (bi + di)),
            _ => (ar - cr - (bi - di), ai - ci + (br - dr)),
        };
    }

    private static (float Re, float Im) Part(int k, int radix, ReadOnlySpan<float> roots, ReadOnlySpan<float> from, int apart, int points)
    {
        var (re, im) = (from[0], from[apart]);
        for (var j = 1; j < radix; j++)
        {
            var (x, y) = (from[j * points], from[apart + j * points]);
            var (cos, sin) = (roots[j * k % radix], roots[radix + j * k % radix]);
            re = MathF.FusedMultiplyAdd(-y, sin, MathF.FusedMultiplyAdd(x, cos, re));
            im = MathF.FusedMultiplyAdd(x, sin, MathF.FusedMultiplyAdd(y, cos, im));
        }

        return (re, im);
    }
}
