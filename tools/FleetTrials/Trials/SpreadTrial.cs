using EdgeSeq.Fleet.Tenants;
using EdgeSeq.FleetTrials.Load;
using EdgeSeq.FleetTrials.Servers;

namespace EdgeSeq.FleetTrials.Trials;

/// <summary>Where Orleans puts shards: after a start, after a silo was killed, and after it is back.</summary>
internal static class SpreadTrial
{
    private const string DeploymentName = "spread";
    private const int StreamsWithLoad = 10;
    private static readonly int[] SecondsAfterReturn = [10, 20, 30, 60, 90];

    public static async Task<SpreadResult> Run(int silos, int shards, bool withLoad, Action<string> tell, CancellationToken cancellation)
    {
        await using var cluster = await Cluster.Start(silos);
        await cluster.Silos[0].Deploy(DeploymentName, shards * Deployment.StreamsPerShard);
        var moments = new List<SpreadResult.Moment>();
        await using var load = new SensorLoad(
            cluster.Broker.Port, DeploymentName, shards * StreamsWithLoad, streamsAMessage: 32, shards: shards);
        using var end = new CancellationTokenSource();
        await Task.Delay(TimeSpan.FromSeconds(5), cancellation);
        await load.Start();
        var run = withLoad ? load.Run(end.Token) : Task.CompletedTask;
        await Add("5 s after the start");
        await Task.Delay(TimeSpan.FromSeconds(30), cancellation);
        await Add("35 s after the start");
        await cluster.Silos[^1].Kill();
        await Task.Delay(TimeSpan.FromSeconds(6), cancellation);
        await Add("6 s after the last silo was killed");
        await cluster.Silos[^1].Start();
        for (var i = 0; i < SecondsAfterReturn.Length; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(SecondsAfterReturn[i] - (i > 0 ? SecondsAfterReturn[i - 1] : 0)), cancellation);
            await Add($"{SecondsAfterReturn[i]} s after its return");
        }

        await end.CancelAsync();
        await run;
        return new SpreadResult(silos, shards, withLoad, moments);

        async Task Add(string when)
        {
            var names = (await cluster.Silos[0].Shards(DeploymentName)).Select(shard => (string)shard!["silo"]!).ToList();
            moments.Add(new SpreadResult.Moment(when, [.. cluster.Silos.Select(silo => names.Count(name => name == silo.SiloName))]));
            tell($"{when}: {string.Join(", ", moments[^1].Shards)}");
        }
    }
}
