namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// Rows of weights as int8 in [-127, 127] with one scale each. The scale is the one of many candidates with the least squared error,
/// not the largest magnitude over 127: a slightly smaller step often pays for a clipped weight, and weights that already lie on a grid
/// are found there and kept exactly.
/// </summary>
internal static class RowQuantizer
{
    public const int Largest = 127;

    /// <summary>Finest division of the candidates below the full range.</summary>
    private const int ClippedCandidates = 64;

    /// <summary>Smallest share of the largest magnitude that is tried as full range.</summary>
    private const float SmallestRange = 0.6f;

    /// <summary>Quantises each row of a row-major matrix.</summary>
    /// <param name="weights">[rows, columns].</param>
    /// <param name="covariance">How the elements that the columns multiply vary together [columns, columns], positive definite;
    /// null: the squared error of all weights counts the same.</param>
    /// <returns>Codes [rows, columns] and scales [rows]; a row of zeros has scale 0.</returns>
    public static (sbyte[] Codes, float[] Scales) Quantize(ReadOnlySpan<float> weights, int rows, int columns, double[]? covariance = null)
    {
        var codes = new sbyte[rows * columns];
        var scales = new float[rows];
        var importance = covariance is null ? [] : Enumerable.Range(0, columns).Select(i => covariance[i * columns + i]).ToArray();
        for (var row = 0; row < rows; row++)
        {
            var source = weights.Slice(row * columns, columns);
            var target = codes.AsSpan(row * columns, columns);
            scales[row] = BestScale(source, importance);
            Encode(source, scales[row], target);
            if (covariance is not null && scales[row] > 0)
                scales[row] = CodeRefinement.Refine(source, target, scales[row], covariance);
        }

        return (codes, scales);
    }

    /// <summary>Codes of one row with the better of a scale of its own and that with the least squared error of all.</summary>
    /// <returns>The scale.</returns>
    public static float Nearest(ReadOnlySpan<float> row, float own, Span<sbyte> codes)
    {
        var best = BestScale(row, []);
        var scale = Error(row, [], own) <= Error(row, [], best) ? own : best;
        Encode(row, scale, codes);
        return scale;
    }

    /// <summary>Nearest code of a weight; ties to even.</summary>
    public static sbyte Encode(float weight, float scale) => (sbyte)Math.Clamp(MathF.Round(weight / scale), -Largest, Largest);

    /// <summary>The scale with the least weighted squared error of the row.</summary>
    public static float BestScale(ReadOnlySpan<float> row, ReadOnlySpan<double> importance)
    {
        float largest = 0;
        foreach (var weight in row)
            largest = Math.Max(largest, Math.Abs(weight));

        if (largest == 0)
            return 0;

        var best = (Scale: largest / Largest, Error: double.PositiveInfinity);
        for (var code = Largest; code > 0; code--)
            best = Better(best, row, importance, largest / code);

        for (var i = 1; i <= ClippedCandidates; i++)
            best = Better(best, row, importance, largest * (1 - (1 - SmallestRange) * i / ClippedCandidates) / Largest);

        return best.Scale;
    }

    private static void Encode(ReadOnlySpan<float> row, float scale, Span<sbyte> codes)
    {
        if (scale == 0)
            return;

        for (var i = 0; i < row.Length; i++)
            codes[i] = Encode(row[i], scale);
    }

    /// <summary>The better of a scale and a candidate, the latter after its codes' own least-squares fit.</summary>
    private static (float Scale, double Error) Better(
        (float Scale, double Error) best, ReadOnlySpan<float> row, ReadOnlySpan<double> importance, float candidate)
    {
        double weightCode = 0, codeCode = 0;
        for (var i = 0; i < row.Length; i++)
        {
            double code = Encode(row[i], candidate), by = importance.IsEmpty ? 1 : importance[i];
            weightCode += by * row[i] * code;
            codeCode += by * code * code;
        }

        var scale = codeCode > 0 ? (float)(weightCode / codeCode) : candidate;
        var error = Error(row, importance, scale, best.Error);
        return scale > 0 && error < best.Error ? (scale, error) : best;
    }

    /// <param name="bound">A sum above it need not be finished.</param>
    private static double Error(ReadOnlySpan<float> row, ReadOnlySpan<double> importance, float scale,
        double bound = double.PositiveInfinity)
    {
        double sum = 0;
        for (var i = 0; i < row.Length && !(sum > bound); i++)
        {
            var error = row[i] - (double)Encode(row[i], scale) * scale;
            sum += (importance.IsEmpty ? 1 : importance[i]) * error * error;
        }

        return sum;
    }
}
