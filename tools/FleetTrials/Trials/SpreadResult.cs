namespace EdgeSeq.FleetTrials.Trials;

/// <summary>How shards lie on silos at some moments.</summary>
internal sealed record SpreadResult(int Silos, int Shards, bool WithLoad, IReadOnlyList<SpreadResult.Moment> Moments)
{
    /// <param name="Shards">Of each silo, in the order of their numbers; 0 for one that is dead.</param>
    internal sealed record Moment(string When, int[] Shards);
}
