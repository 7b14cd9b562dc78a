namespace EdgeSeq.FleetTrials.Trials;

/// <summary>How the memory of a process went: medians of the first and of the last third of a time, in MB.</summary>
internal sealed record MemoryGrowth(double First, double Last)
{
    /// <summary>A garbage collector lets memory go up and down by some tenths; what is never freed goes on growing.</summary>
    public const double Most = 1.2;

    public double Ratio => Last / First;

    public bool IsFlat => Ratio <= Most;

    /// <param name="bytes">Memory at equal distances in time.</param>
    public static MemoryGrowth Of(IReadOnlyList<long> bytes)
    {
        var third = Math.Max(1, bytes.Count / 3);
        return new MemoryGrowth(Median(bytes.Take(third)), Median(bytes.TakeLast(third)));
    }

    private static double Median(IEnumerable<long> bytes) => bytes.Order().ElementAt(bytes.Count() / 2) / 1e6;
}
