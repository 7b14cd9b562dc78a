namespace EdgeSeq.Quantize.Quantization;

/// <summary>What calibration learns of the vectors that one weight matrix multiplies, in memory that does not grow with the recordings.</summary>
/// <param name="columns">Elements of a vector.</param>
/// <param name="keepMoments">Whether to keep how the elements vary together, columns² numbers.</param>
/// <param name="candidate">A static scale to try; null for none.</param>
internal sealed class ActivationStatistics(int columns, bool keepMoments, float? candidate)
{
    /// <summary>Below this share of the dynamic error a static scale is preferred; it must win clearly, since a recording to come
    /// may leave the calibrated range.</summary>
    private const double ClearlyBetter = 0.9;

    private const int ClippedRanges = 64;

    private readonly MagnitudeHistogram _histogram = new();
    private double _dynamicError, _staticError;

    public SecondMoments? Moments { get; } = keepMoments ? new SecondMoments(columns) : null;

    public void Add(ReadOnlySpan<float> vector, bool addMoments)
    {
        _histogram.Add(vector);
        AddErrors(vector);
        if (addMoments)
        {
            Moments?.Add(vector);
        }
    }

    /// <summary>The static scale with the least mean squared error; null where every value was 0.</summary>
    public float? BestScale() => _histogram.Largest == 0
        ? null
        : (float)Enumerable.Range(0, ClippedRanges)
            .Select(i => (double)_histogram.Largest * (ClippedRanges - i) / ClippedRanges / RowQuantizer.Largest)
            .MinBy(_histogram.Error);

    /// <summary>The candidate, if the errors of the vectors, each relative to its energy, are clearly smaller with it than with a scale
    /// of their own; else null.</summary>
    public float? StaticScale => _staticError < ClearlyBetter * _dynamicError ? candidate : null;

    private void AddErrors(ReadOnlySpan<float> vector)
    {
        float largest = 0;
        double energy = 0;
        foreach (float value in vector)
        {
            largest = Math.Max(largest, Math.Abs(value));
            energy += (double)value * value;
        }

        if (candidate is not float scale || largest == 0)
        {
            return;
        }

        _dynamicError += Error(vector, largest / RowQuantizer.Largest) / energy;
        _staticError += Error(vector, scale) / energy;
    }

    private static double Error(ReadOnlySpan<float> vector, float scale)
    {
        double sum = 0;
        foreach (float value in vector)
        {
            double error = value - (double)RowQuantizer.Encode(value, scale) * scale;
            sum += error * error;
        }

        return sum;
    }
}
