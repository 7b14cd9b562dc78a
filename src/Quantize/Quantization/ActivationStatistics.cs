namespace EdgeSeq.Quantize.Quantization;

/// <summary>What calibration learns of the vectors that one weight matrix multiplies, in memory that does not grow with the recordings.</summary>
/// <param name="columns">Elements of a vector.</param>
/// <param name="keepMoments">Whether to keep how the elements vary together, columns² numbers.</param>
internal sealed class ActivationStatistics(int columns, bool keepMoments)
{
    /// <summary>Below this share of the dynamic error a static scale is preferred; it must win clearly, since a recording to come
    /// may leave the calibrated range.</summary>
    private const double ClearlyBetter = 0.9;

    private const int ClippedRanges = 64;

    private readonly MagnitudeHistogram _histogram = new();
    private double _dynamicError;

    public SecondMoments? Moments { get; } = keepMoments ? new SecondMoments(columns) : null;

    /// <summary>Largest magnitude seen.</summary>
    public float Largest => _histogram.Largest;

    public void Add(ReadOnlySpan<float> vector, bool addMoments)
    {
        _histogram.Add(vector);
        AddDynamicError(vector);
        if (addMoments)
        {
            Moments?.Add(vector);
        }
    }

    /// <summary>The static scale with the least mean squared error, or null where a scale for each vector is about as good or better.</summary>
    public float? StaticScale()
    {
        if (_histogram.Largest == 0)
        {
            return null;
        }

        var best = Enumerable.Range(0, ClippedRanges)
            .Select(i => (double)_histogram.Largest * (ClippedRanges - i) / ClippedRanges / RowQuantizer.Largest)
            .MinBy(_histogram.Error);
        return _histogram.Error(best) < ClearlyBetter * _dynamicError / _histogram.Count ? (float)best : null;
    }

    private void AddDynamicError(ReadOnlySpan<float> vector)
    {
        float largest = 0;
        foreach (float value in vector)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        if (largest == 0)
        {
            return;
        }

        float scale = largest / RowQuantizer.Largest;
        foreach (float value in vector)
        {
            float error = value - MathF.Round(value / scale) * scale;
            _dynamicError += (double)error * error;
        }
    }
}
