using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Quantize.Int8;

/// <summary>What calibration learns of the vectors that one weight matrix multiplies, in memory that does not grow with the
/// recordings.</summary>
/// <param name="columns">Elements of a vector.</param>
/// <param name="keepMoments">Whether to keep how the elements vary together, columns² numbers.</param>
/// <param name="candidates">Static scales to try.</param>
/// <param name="hasZeroPoint">Whether the dynamic scales go with a zero point.</param>
internal sealed class ActivationStatistics(int columns, bool keepMoments, IReadOnlyList<StaticRange> candidates, bool hasZeroPoint = false)
{
    /// <summary>Below this share of the dynamic error a static scale is preferred; it must win clearly, since a recording to come
    /// may leave the calibrated range.</summary>
    private const double ClearlyBetter = 0.9;

    private readonly double[] _staticErrors = new double[candidates.Count];
    private double _dynamicError;

    public MagnitudeHistogram Magnitudes { get; } = new();

    public SecondMoments? Moments { get; } = keepMoments ? new SecondMoments(columns) : null;

    /// <summary>The candidate with the least error of all vectors, each relative to its energy, if that is clearly less than with a
    /// scale of each vector's own; else null.</summary>
    public StaticRange? StaticRange
    {
        get
        {
            var best = Array.IndexOf(_staticErrors, _staticErrors.DefaultIfEmpty(double.PositiveInfinity).Min());
            return best >= 0 && _staticErrors[best] < ClearlyBetter * _dynamicError ? candidates[best] : null;
        }
    }

    public void Add(ReadOnlySpan<float> vector, bool addMoments)
    {
        Magnitudes.Add(vector);
        AddErrors(vector);
        if (addMoments)
            Moments?.Add(vector);
    }

    private void AddErrors(ReadOnlySpan<float> vector)
    {
        float largest = 0, least = 0;
        double energy = 0;
        foreach (var value in vector)
        {
            largest = Math.Max(largest, value);
            least = Math.Min(least, value);
            energy += (double)value * value;
        }

        var magnitude = Math.Max(largest, -least);
        if (candidates.Count == 0 || magnitude == 0)
            return;

        var error = hasZeroPoint ? Error(vector, CodeRange.Of(least, largest)) : Error(vector, magnitude / RowQuantizer.Largest);
        _dynamicError += error / energy;
        for (var i = 0; i < candidates.Count; i++)
            _staticErrors[i] += Error(vector, candidates[i].Scale) / energy;
    }

    private static double Error(ReadOnlySpan<float> vector, CodeRange range)
    {
        double sum = 0;
        foreach (var value in vector)
        {
            var error = value - Math.Round((double)value * range.Inverse) * range.Scale;
            sum += error * error;
        }

        return sum;
    }

    private static double Error(ReadOnlySpan<float> vector, float scale)
    {
        double sum = 0;
        foreach (var value in vector)
        {
            var error = value - (double)RowQuantizer.Encode(value, scale) * scale;
            sum += error * error;
        }

        return sum;
    }
}
