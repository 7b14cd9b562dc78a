namespace EdgeSeq.Quantize.Verification;

/// <summary>
/// Counts of values in bins of equal width on both sides of 0, in fixed memory whatever the range: when a value lies beyond the last bin,
/// pairs of bins merge until it fits. Zeros are counted apart: they say nothing of the range, and of rectified values they are most.
/// </summary>
public sealed class ValueHistogram
{
    private const int Half = 96;

    private readonly long[] _counts = new long[2 * Half];
    private double _width;

    /// <summary>Finite values seen, zeros among them.</summary>
    public long Count { get; private set; }

    public long Zeros { get; private set; }

    /// <summary>The smallest value seen, at most 0.</summary>
    public float Least { get; private set; }

    /// <summary>The largest value seen, at least 0.</summary>
    public float Largest { get; private set; }

    /// <summary>Lower end of the first of <see cref="Bins"/>.</summary>
    public double From => (FirstBin - Half) * _width;

    /// <summary>Upper end of the last of <see cref="Bins"/>.</summary>
    public double To => (LastBin + 1 - Half) * _width;

    /// <summary>Counts of values other than 0, from the first bin that has any to the last; empty where there are none.</summary>
    public ReadOnlySpan<long> Bins => Count > Zeros ? _counts.AsSpan(FirstBin, LastBin - FirstBin + 1) : [];

    private int FirstBin => Math.Max(0, _counts.AsSpan().IndexOfAnyExcept(0));

    private int LastBin => _counts.AsSpan().LastIndexOfAnyExcept(0);

    /// <summary>Adds values; those that are no numbers or infinite are left out.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (float.IsFinite(value))
                Add(value);
        }
    }

    private void Add(float value)
    {
        Count++;
        if (value == 0)
        {
            Zeros++;
            return;
        }

        Least = Math.Min(Least, value);
        Largest = Math.Max(Largest, value);
        var magnitude = Math.Abs((double)value);
        if (_width == 0)
            _width = 2 * magnitude / Half;

        while (magnitude >= _width * Half)
            MergePairs();

        _counts[Half + (int)Math.Floor(value / _width)]++;
    }

    /// <summary>The bins next to 0 merge with their neighbours away from it; the outer half of each side becomes free.</summary>
    private void MergePairs()
    {
        for (var bin = 0; bin < Half; bin++)
        {
            int above = Half + bin, below = Half - 1 - bin;
            _counts[above] = 2 * bin < Half ? _counts[Half + 2 * bin] + _counts[Half + 2 * bin + 1] : 0;
            _counts[below] = 2 * bin < Half ? _counts[Half - 1 - 2 * bin] + _counts[Half - 2 - 2 * bin] : 0;
        }

        _width *= 2;
    }
}
