namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>Derivatives along time of rows of features: weights over 2N+1 rows around each.</summary>
/// <param name="Order">1 or 2.</param>
/// <param name="Reach">N: rows before and after.</param>
internal sealed record DeltaSpec(int Order, int Reach)
{
    /// <summary>Of the polynomial of degree <see cref="Order"/> that fits best (Savitzky-Golay); for order 1 also the regression
    /// Σ j·c[t+j] / Σ j².</summary>
    public double[] Weights()
    {
        double[] j = [.. Enumerable.Range(-Reach, 2 * Reach + 1).Select(i => (double)i)];
        double n = j.Length, s2 = j.Sum(x => x * x), s4 = j.Sum(x => x * x * x * x);
        return Order switch
        {
            1 => [.. j.Select(x => x / s2)],
            // Twice the quadratic coefficient of the fit; odd moments vanish.
            2 => [.. j.Select(x => 2 * (n * x * x - s2) / (n * s4 - s2 * s2))],
            _ => throw FrontEndErrors.Invalid($"derivatives of order {Order}", "1 or 2"),
        };
    }

    /// <summary>Rows before the start repeat the first one; N rows of delay.</summary>
    public string Apply(GraphScope g, string rows, int size)
    {
        if (Reach < 1 || (Order == 2 && Reach < 2))
        {
            throw FrontEndErrors.Invalid($"derivatives over {2 * Reach + 1} rows",
                "a width of 3 or more, odd; 5 for the second derivative");
        }

        var padded = g.Add("Pad", [rows, g.Vector(0, Reach, 0, 0, Reach, 0)], ("mode", "edge"));
        var weights = Weights();
        var kernel = g.Floats([.. Enumerable.Range(0, size).SelectMany(_ => weights)], "delta", size, 1, weights.Length);
        var y = g.Add("Conv", [g.Transpose(padded, 0, 2, 1), kernel], ("group", (long)size));
        return g.Transpose(y, 0, 2, 1);
    }
}
