namespace EdgeSeq.Benchmarks.Paired;

/// <summary>Of one subject over all rounds: nanoseconds a step, also of the fastest round, and the ratio to the floor of the same
/// round.</summary>
internal sealed record Timing(string Name, double Nanoseconds, double Fastest, double Ratio, double LowerQuartile, double UpperQuartile)
{
    public static Timing Of(string name, double[] times, double[] floor)
    {
        var ratios = times.Zip(floor, (time, read) => time / read).Order().ToArray();
        return new Timing(
            name, Quantile([.. times.Order()], 0.5), times.Min(), Quantile(ratios, 0.5), Quantile(ratios, 0.25), Quantile(ratios, 0.75));
    }

    private static double Quantile(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];
}
