namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// Counts of magnitudes in bins of equal width, in fixed memory whatever the range: when a magnitude lies beyond the last bin, pairs of
/// bins merge until it fits.
/// </summary>
internal sealed class MagnitudeHistogram
{
    private const int Bins = 4096;

    /// <summary>Counts for a bin that only clipped values fall into.</summary>
    private const double Unseen = 1e-3;

    private readonly long[] _counts = new long[Bins];
    private double _width;

    public float Largest { get; private set; }

    public long Count { get; private set; }

    public void Add(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            Add(Math.Abs(value));
    }

    /// <summary>Mean squared error of values quantised with this scale to [-127, 127].</summary>
    public double Error(double scale)
    {
        double sum = 0;
        for (var bin = 0; bin < Bins; bin++)
        {
            if (_counts[bin] > 0)
            {
                var centre = (bin + 0.5) * _width;
                var error = centre - Math.Min(Math.Round(centre / scale), RowQuantizer.Largest) * scale;
                sum += _counts[bin] * error * error;
            }
        }

        return sum / Count;
    }

    /// <summary>The magnitude that this share of all values stays below, to the width of a bin.</summary>
    public double Quantile(double share)
    {
        long below = 0;
        for (var bin = 0; bin < Bins; bin++)
        {
            below += _counts[bin];
            if (below >= share * Count)
                return Math.Min((bin + 1) * _width, Largest);
        }

        return Largest;
    }

    /// <summary>
    /// Kullback-Leibler divergence of the distribution that is left when magnitudes are clipped to a range and quantised in it: within
    /// each step the values that occur become equally likely. Nothing is left of a range narrower than its steps; its divergence is
    /// infinite.
    /// </summary>
    public double Divergence(double range)
    {
        var kept = (int)Math.Ceiling(range / _width);
        if (kept < RowQuantizer.Largest)
            return double.PositiveInfinity;

        kept = Math.Min(kept, Bins);
        long clipped = _counts.AsSpan(kept).ToArray().Sum(), inside = Count - clipped;
        double divergence = 0;
        for (var step = 0; step < RowQuantizer.Largest; step++)
        {
            int from = step * kept / RowQuantizer.Largest, to = (step + 1) * kept / RowQuantizer.Largest;
            var bins = _counts.AsSpan(from, to - from);
            var mean = Mean(bins);
            for (var i = 0; i < bins.Length; i++)
            {
                var count = bins[i] + (from + i == kept - 1 ? clipped : 0);
                divergence += count > 0 ? count * Math.Log((double)count / Count / (Math.Max(mean, Unseen) / inside)) : 0;
            }
        }

        return divergence / Count;
    }

    private static double Mean(ReadOnlySpan<long> bins)
    {
        long sum = 0, occupied = 0;
        foreach (var count in bins)
        {
            sum += count;
            occupied += count > 0 ? 1 : 0;
        }

        return occupied > 0 ? (double)sum / occupied : 0;
    }

    private void Add(float magnitude)
    {
        Count++;
        Largest = Math.Max(Largest, magnitude);
        if (_width == 0)
        {
            if (magnitude == 0)
                return;

            _width = 2.0 * magnitude / Bins;
        }

        while (magnitude >= _width * Bins)
            MergePairs();

        _counts[(int)(magnitude / _width)]++;
    }

    private void MergePairs()
    {
        for (var bin = 0; bin < Bins / 2; bin++)
            _counts[bin] = _counts[2 * bin] + _counts[2 * bin + 1];

        _counts.AsSpan(Bins / 2).Clear();
        _width *= 2;
    }
}
