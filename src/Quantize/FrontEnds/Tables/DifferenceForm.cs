namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>
/// A filter b(z)/a(z) in powers of z − 1 rather than of z: poles near 1, which every low cutoff has, keep their places in float32.
/// y = β0·x + s1; s_i ← s_i + s_{i+1} + β_i·x − α_i·y.
/// </summary>
/// <param name="Beta">order + 1 values.</param>
/// <param name="Alpha">order + 1 values, the first of them 1.</param>
internal sealed record DifferenceForm(double[] Beta, double[] Alpha)
{
    public int Order => Alpha.Length - 1;

    /// <summary>The output for an input of 1 that has been there forever.</summary>
    public double Gain => Beta[^1] / Alpha[^1];

    /// <param name="b">Coefficients of 1, z⁻¹, ..</param>
    public static DifferenceForm Of(double[] b, double[] a)
    {
        if (b.Length == 0 || a.Length == 0 || a[0] == 0)
            throw FrontEndErrors.Invalid("a filter needs coefficients b and a, and a[0] that is not 0");

        var length = Math.Max(a.Length, b.Length);
        return new DifferenceForm(Shifted(b, a[0], length), Shifted(a, a[0], length));
    }

    /// <summary>Of Σ c_i z^(n−i), the coefficients of powers of z − 1, the highest first.</summary>
    private static double[] Shifted(double[] coefficients, double divisor, int length)
    {
        double[] c = [.. coefficients.Select(value => value / divisor), .. new double[length - coefficients.Length]];
        for (var last = length - 1; last > 0; last--)
        {
            // One division by z − 1: what is left over is the next lower coefficient.
            for (var i = 1; i <= last; i++)
                c[i] += c[i - 1];
        }

        return c;
    }
}
