namespace EdgeSeq.FleetTrials.Trials;

/// <summary>How the memory of a process went: medians of the second and of the last third of a time, in MB. In the first a garbage
/// collector still finds the size that the heap of a new process needs.</summary>
internal sealed record MemoryGrowth(double Middle, double Last)
{
    /// <summary>Memory goes up and down with collections; what is never freed goes on growing.</summary>
    public const double Most = 1.1;

    public double Ratio => Last / Middle;

    public bool IsFlat => Ratio <= Most;

    /// <param name="bytes">Memory at equal distances in time.</param>
    public static MemoryGrowth Of(IReadOnlyList<long> bytes)
    {
        var third = Math.Max(1, bytes.Count / 3);
        return new MemoryGrowth(Median(bytes.Skip(third).Take(third)), Median(bytes.TakeLast(third)));
    }

    private static double Median(IEnumerable<long> bytes) => bytes.Order().ElementAt(bytes.Count() / 2) / 1e6;
}
