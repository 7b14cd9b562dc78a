namespace EdgeSeq.Quantize.Quantization;

/// <summary>
/// Counts of magnitudes in bins of equal width, in fixed memory whatever the range: when a magnitude lies beyond the last bin, pairs of
/// bins merge until it fits.
/// </summary>
internal sealed class MagnitudeHistogram
{
    private const int Bins = 4096;

    private readonly long[] _counts = new long[Bins];
    private double _width;

    public float Largest { get; private set; }

    public long Count { get; private set; }

    public void Add(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            Add(Math.Abs(value));
        }
    }

    /// <summary>Mean squared error of values quantised with this scale to [-127, 127].</summary>
    public double Error(double scale)
    {
        double sum = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            if (_counts[bin] > 0)
            {
                double centre = (bin + 0.5) * _width;
                double error = centre - Math.Min(Math.Round(centre / scale), RowQuantizer.Largest) * scale;
                sum += _counts[bin] * error * error;
            }
        }

        return sum / Count;
    }

    private void Add(float magnitude)
    {
        Count++;
        Largest = Math.Max(Largest, magnitude);
        if (_width == 0)
        {
            if (magnitude == 0)
            {
                return;
            }

            _width = 2.0 * magnitude / Bins;
        }

        while (magnitude >= _width * Bins)
        {
            MergePairs();
        }

        _counts[(int)(magnitude / _width)]++;
    }

    private void MergePairs()
    {
        for (int bin = 0; bin < Bins / 2; bin++)
        {
            _counts[bin] = _counts[2 * bin] + _counts[2 * bin + 1];
        }

        _counts.AsSpan(Bins / 2).Clear();
        _width *= 2;
    }
}
