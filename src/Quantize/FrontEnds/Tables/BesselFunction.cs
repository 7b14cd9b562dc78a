namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>The modified Bessel function of the first kind and order 0, of which Kaiser windows are made.</summary>
internal static class BesselFunction
{
    /// <summary>Σ ((x/2)^k / k!)².</summary>
    public static double I0(double x)
    {
        double sum = 1, term = 1;
        for (var k = 1; term > sum * 1e-17; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }

        return sum;
    }
}
