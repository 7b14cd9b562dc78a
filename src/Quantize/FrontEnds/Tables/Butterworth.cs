using System.Numerics;

namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>Butterworth filters as second-order sections: the analogue prototype, moved to its band, by the bilinear transform.</summary>
internal static class Butterworth
{
    /// <param name="order">Of the prototype; a band has twice as many poles.</param>
    /// <param name="kind">low, high, bandpass or bandstop.</param>
    /// <param name="edges">Hz; one, or two for a band.</param>
    /// <returns>Sections [b0, b1, b2, 1, a1, a2].</returns>
    public static double[][] Sections(int order, double[] edges, string kind, double hz)
    {
        Require(order, edges, kind, hz);

        // In units where the bilinear transform is s = (z - 1) / (z + 1).
        double[] warped = [.. edges.Select(edge => Math.Tan(Math.PI * edge / hz))];
        Complex[] prototype = [.. Enumerable.Range(0, order)
            .Select(k => Complex.Exp(new Complex(0, Math.PI * (2 * k + order + 1) / (2.0 * order))))];
        double centre = warped[^1] * warped[0], width = warped[^1] - warped[0];
        Complex[] poles = kind switch
        {
            "low" => [.. prototype.Select(p => p * warped[0])],
            "high" => [.. prototype.Select(p => warped[0] / p)],
            "bandpass" => [.. prototype.SelectMany(p => Roots(p * width, centre))],
            _ => [.. prototype.SelectMany(p => Roots(width / p, centre))],
        };
        Complex[] digital = [.. poles.Select(p => (1 + p) / (1 - p))];
        return Scaled(Paired(digital, kind, centre), kind, centre);
    }

    private static void Require(int order, double[] edges, string kind, double hz)
    {
        if (kind is not ("low" or "high" or "bandpass" or "bandstop"))
            throw FrontEndErrors.Invalid($"there is no filter of the kind '{kind}'", "low, high, bandpass or bandstop");

        if (order is < 1 or > 20)
            throw FrontEndErrors.Invalid($"a filter of order {order}", "1 to 20");

        var wanted = kind.StartsWith("band", StringComparison.Ordinal) ? 2 : 1;
        if (edges.Length != wanted || edges.Any(edge => edge <= 0 || edge >= hz / 2) || (wanted == 2 && edges[0] >= edges[1]))
        {
            throw FrontEndErrors.Invalid($"edges {string.Join(", ", edges)} Hz at {hz} samples a second",
                $"{wanted} above 0 and below {hz / 2}{(wanted == 2 ? ", the lower first" : "")}");
        }
    }

    /// <summary>s² − b·s + c = 0.</summary>
    private static IEnumerable<Complex> Roots(Complex b, double c)
    {
        var root = Complex.Sqrt(b * b / 4 - c);
        yield return b / 2 + root;
        yield return b / 2 - root;
    }

    /// <summary>A section for each pair of poles that are conjugate, or both real, with the zeros of the kind; those nearest to the unit
    /// circle last.</summary>
    private static List<double[]> Paired(Complex[] poles, string kind, double centre)
    {
        const double Real = 1e-9;
        var pairs = poles.Where(p => p.Imaginary > Real).OrderBy(p => p.Magnitude)
            .Select(p => new[] { 1, -2 * p.Real, p.Real * p.Real + p.Imaginary * p.Imaginary }).ToList();
        double[] reals = [.. poles.Where(p => Math.Abs(p.Imaginary) <= Real).Select(p => p.Real).Order()];
        for (var i = 0; i + 1 < reals.Length; i += 2)
            pairs.Insert(0, [1, -(reals[i] + reals[i + 1]), reals[i] * reals[i + 1]]);

        // A stop band's zeros lie on the unit circle, at its centre.
        var middle = -2 * (1 - centre) / (1 + centre);
        double[] zeros = kind switch { "low" => [1, 2, 1], "high" => [1, -2, 1], "bandpass" => [1, 0, -1], _ => [1, middle, 1] };
        var sections = pairs.Select(pair => (double[])[.. zeros, .. pair]).ToList();
        if (reals.Length % 2 == 1)
            sections.Insert(0, [1, kind == "low" ? 1 : -1, 0, 1, -reals[^1], 0]);

        return sections;
    }

    /// <summary>A gain of 1 where the band is flat, each section on its own.</summary>
    private static double[][] Scaled(List<double[]> sections, string kind, double centre)
    {
        var at = kind switch
        {
            "low" or "bandstop" => Complex.One,
            "high" => -Complex.One,
            _ => (1 + new Complex(0, Math.Sqrt(centre))) / (1 - new Complex(0, Math.Sqrt(centre))),
        };
        foreach (var s in sections)
        {
            var gain = ((s[3] * at * at + s[4] * at + s[5]) / (s[0] * at * at + s[1] * at + s[2])).Magnitude;
            for (var i = 0; i < 3; i++)
                s[i] *= gain;
        }

        return [.. sections];
    }
}
