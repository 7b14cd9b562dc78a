using System.Numerics.Tensors;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// Moves the codes of a row so that the error of its product becomes small, not that of each weight: with e the row's error and C the
/// covariance of what it multiplies, the expected squared error is eᵀCe, and where elements vary together the error of one weight can
/// make up for that of another. Coordinate descent: every move lowers the error, so it ends.
/// </summary>
internal static class CodeRefinement
{
    /// <summary>Rounds of moving the codes and fitting the scale to them.</summary>
    private const int Rounds = 3;

    private const int PassesPerRound = 16;

    /// <param name="weights">The row.</param>
    /// <param name="codes">Codes to start from; changed.</param>
    /// <param name="scale">Above 0.</param>
    /// <param name="covariance">[columns, columns], positive definite.</param>
    /// <returns>The scale that fits the codes best.</returns>
    public static float Refine(ReadOnlySpan<float> weights, Span<sbyte> codes, float scale, double[] covariance)
    {
        var gradient = new double[weights.Length];
        for (var round = 0; round < Rounds; round++)
        {
            SetGradient(weights, codes, scale, covariance, gradient);
            var moved = false;
            for (var pass = 0; pass < PassesPerRound && MoveAll(codes, scale, covariance, gradient); pass++)
                moved = true;

            scale = Fit(weights, codes, scale, covariance);
            if (!moved)
                break;
        }

        return scale;
    }

    /// <summary>gradient = C·(weights − scale·codes).</summary>
    private static void SetGradient(ReadOnlySpan<float> weights, ReadOnlySpan<sbyte> codes, float scale, double[] covariance,
        double[] gradient)
    {
        Array.Clear(gradient);
        for (var i = 0; i < weights.Length; i++)
            AddColumn(covariance, i, weights[i] - (double)scale * codes[i], gradient);
    }

    /// <summary>Moves each code in turn to where the error is least while the others stay; false when none moved.</summary>
    private static bool MoveAll(Span<sbyte> codes, float scale, double[] covariance, double[] gradient)
    {
        var moved = false;
        for (var i = 0; i < codes.Length; i++)
        {
            var best = codes[i] + gradient[i] / (scale * covariance[i * codes.Length + i]);
            var code = (sbyte)Math.Clamp(Math.Round(best), -RowQuantizer.Largest, RowQuantizer.Largest);
            if (code != codes[i])
            {
                AddColumn(covariance, i, (codes[i] - code) * (double)scale, gradient);
                codes[i] = code;
                moved = true;
            }
        }

        return moved;
    }

    /// <summary>(wᵀCq) / (qᵀCq).</summary>
    private static float Fit(ReadOnlySpan<float> weights, ReadOnlySpan<sbyte> codes, float scale, double[] covariance)
    {
        double weightCode = 0, codeCode = 0;
        for (var i = 0; i < codes.Length; i++)
        {
            // In order: a sum in lanes would be another on other machines, and so might codes be.
            double product = 0;
            var row = covariance.AsSpan(i * codes.Length, codes.Length);
            for (var k = 0; k < codes.Length; k++)
                product += row[k] * codes[k];

            weightCode += weights[i] * product;
            codeCode += codes[i] * product;
        }

        return weightCode > 0 ? (float)(weightCode / codeCode) : scale;
    }

    private static void AddColumn(double[] covariance, int column, double factor, double[] to)
    {
        TensorPrimitives.MultiplyAdd(covariance.AsSpan(column * to.Length, to.Length), factor, to, to);
    }
}
