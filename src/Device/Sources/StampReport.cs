using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Sources;

/// <summary>What a recording's own time stamps say about its rows.</summary>
public sealed class StampReport
{
    /// <summary>An interval this many times the usual one is a gap.</summary>
    private const double GapShare = 1.5;

    /// <summary>Mean and median that differ by less belong to a steady recording.</summary>
    private const double Steady = 0.01;

    private long _sum;

    /// <summary>The column, as its file names it.</summary>
    public required string Column { get; init; }

    public required StampUnit Unit { get; set; }

    /// <summary>Nanoseconds from each row to the next that came after it.</summary>
    public LatencyHistogram Intervals { get; } = new();

    /// <summary>Rows whose stamp is not after the one before.</summary>
    public long NotLater { get; private set; }

    /// <summary>Rows whose stamp is empty or cannot be read.</summary>
    public long Unreadable { get; set; }

    /// <summary>Intervals of more than one and a half times the usual one.</summary>
    public long Gaps => Intervals.CountAbove((long)(GapShare * Intervals.Percentile(0.5)));

    /// <summary>Rows a second without the gaps; null before the second row.</summary>
    public double? RateHz
    {
        get
        {
            if (Intervals.Count == 0)
                return null;
            var mean = (double)_sum / Intervals.Count;
            var median = Intervals.Percentile(0.5);
            return 1e9 / (Math.Abs(mean - median) < Steady * mean ? mean : median);
        }
    }

    /// <summary>Takes the nanoseconds from a row to the next.</summary>
    public void Add(long interval)
    {
        if (interval <= 0)
        {
            NotLater++;
            return;
        }

        Intervals.Add(interval);
        _sum += interval;
    }
}
