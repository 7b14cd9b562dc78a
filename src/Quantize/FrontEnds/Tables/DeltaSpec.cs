namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>Derivatives along time of rows of features: weights over 2N+1 rows around each.</summary>
/// <param name="Order">Which derivative.</param>
/// <param name="Reach">N: rows before and after.</param>
internal sealed record DeltaSpec(int Order, int Reach)
{
    private const int MaxOrder = 4;

    /// <summary>Of the polynomial that is fitted; null: that of the derivative.</summary>
    public int? Degree { get; init; }

    /// <summary>Higher orders are first derivatives of derivatives (torchaudio, Kaldi) rather than those of one polynomial.</summary>
    public bool Repeats { get; init; }

    /// <summary>What stands before the first row: nearest repeats it, constant is zeros; the others need rows still to come.</summary>
    public string Mode { get; init; } = "nearest";

    /// <summary>Rows of delay.</summary>
    public int Delay => Repeats ? Order * Reach : Reach;

    /// <summary>N rows of delay; twice as many where derivatives are derived.</summary>
    public string Apply(GraphScope g, string rows, int size)
    {
        Require();
        for (var times = Repeats ? Order : 1; times > 0; times--)
            rows = Convolved(g, rows, size, Weights(Repeats ? 1 : Order));

        return rows;
    }

    public void Note(GraphScope g)
    {
        if (Mode is not ("nearest" or "constant"))
        {
            g.Notes.Add($"derivatives with mode {Mode} take rows still to come at the start: the stream repeats the first row there "
                + $"instead, so the first {Reach} rows differ from the library's");
        }
    }

    private void Require()
    {
        if (Order is < 1 or > MaxOrder)
            throw FrontEndErrors.Invalid($"derivatives of order {Order}", $"1 to {MaxOrder}");

        if (Mode is not ("nearest" or "constant" or "interp" or "mirror" or "wrap"))
            throw FrontEndErrors.Invalid($"derivatives whose edges are '{Mode}'", "nearest, constant, interp, mirror or wrap");

        var degree = Degree ?? (Repeats ? 1 : Order);
        if (Reach < 1 || degree >= 2 * Reach + 1 || degree < (Repeats ? 1 : Order))
        {
            throw FrontEndErrors.Invalid($"derivatives of order {Order} of polynomials of degree {degree} over {2 * Reach + 1} rows",
                "an odd width above the degree, and a degree no lower than the order");
        }
    }

    /// <summary>Of the polynomial that fits best in the sense of least squares (Savitzky-Golay); for degree 1 the regression
    /// Σ j·c[t+j] / Σ j².</summary>
    private double[] Weights(int order)
    {
        var degree = Degree ?? order;
        double[] places = [.. Enumerable.Range(-Reach, 2 * Reach + 1).Select(i => (double)i / Reach)];

        // Polynomials orthogonal over the places, by their values and their coefficients; the fit is the sum of the projections on them.
        var values = new List<double[]>();
        var coefficients = new List<double[]>();
        for (var power = 0; power <= degree; power++)
        {
            double[] value = [.. places.Select(place => Math.Pow(place, power))];
            var coefficient = new double[degree + 1];
            coefficient[power] = 1;
            for (var k = 0; k < power; k++)
            {
                var share = Dot(value, values[k]) / Dot(values[k], values[k]);
                value = [.. value.Zip(values[k], (a, b) => a - share * b)];
                coefficient = [.. coefficient.Zip(coefficients[k], (a, b) => a - share * b)];
            }

            values.Add(value);
            coefficients.Add(coefficient);
        }

        var factor = Enumerable.Range(1, order).Aggregate(1.0, (product, k) => product * k) / Math.Pow(Reach, order);
        return [.. Enumerable.Range(0, places.Length).Select(j => factor
            * Enumerable.Range(0, degree + 1).Sum(k => coefficients[k][order] * values[k][j] / Dot(values[k], values[k])))];
    }

    private string Convolved(GraphScope g, string rows, int size, double[] weights)
    {
        var padding = g.Vector(0, Reach, 0, 0, Reach, 0);
        var padded = Mode == "constant" ? g.Add("Pad", [rows, padding]) : g.Add("Pad", [rows, padding], ("mode", "edge"));
        var kernel = g.Floats([.. Enumerable.Range(0, size).SelectMany(_ => weights)], "delta", size, 1, weights.Length);
        var y = g.Add("Conv", [g.Transpose(padded, 0, 2, 1), kernel], ("group", (long)size));
        return g.Transpose(y, 0, 2, 1);
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
