using System.Diagnostics;
using EdgeSeq.FleetTrials.Load;
using EdgeSeq.FleetTrials.Servers;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.FleetTrials.Trials;

/// <summary>Silos under load, of which one after another is killed at random times. Every sample must give the output that its stream
/// gives alone, and soon.</summary>
internal static class FailoverTrial
{
    private const string DeploymentName = "failover";

    /// <summary>Outputs of the killed silo may still be on their way.</summary>
    private static readonly TimeSpan OnTheWay = TimeSpan.FromSeconds(0.3);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<FailoverResult> Run(FailoverPlan plan, Action<string> tell, CancellationToken cancellation)
    {
        var (kills, streams) = (plan.Kills, plan.Streams);
        await using var cluster = await Cluster.Start(plan.Silos, plan.WithPostgres, plan.Also);
        var silos = cluster.Silos.Length;
        await cluster.Silos[0].Deploy(DeploymentName, streams);
        await using var load = new SensorLoad(
            cluster.Broker.Port, DeploymentName, streams, streamsAMessage: 32, plan.GatewaysWait);
        await load.Start();
        using var end = new CancellationTokenSource();
        var run = load.Run(end.Token);
        var random = new Random(plan.Seed);
        var recoveries = new List<double>();
        await AllShardsSince(load, Stopwatch.GetTimestamp(), cancellation);
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1 + (3 * random.NextDouble())), cancellation);
            var victim = cluster.Silos[random.Next(silos)];
            await victim.Kill();
            var killed = Stopwatch.GetTimestamp();
            await Task.Delay(OnTheWay, cancellation);
            var since = killed + (long)(OnTheWay.TotalSeconds * Stopwatch.Frequency);
            recoveries.Add((await AllShardsSince(load, since, cancellation) - killed) / (double)Stopwatch.Frequency);
            tell($"kill {kill + 1} of {kills}: {victim.Name}, all shards give outputs again after {recoveries[^1]:0.00} s");
            await victim.Start();
        }

        await end.CancelAsync();
        await run;
        var isWhole = await load.Drain(Patience);
        using var model = Model.Load(Path.Combine(AppContext.BaseDirectory, "activity.eseq"));
        var (missing, different) = load.Ledger.Compare(model, load.Sensors, load.Sequence);
        recoveries.Sort();
        var counts = await ShardCounts.Of(cluster.Silos[0], DeploymentName);
        return new FailoverResult(
            silos, streams, kills, load.Sequence * streams, load.Ledger.Count, missing, different, load.Ledger.Repeated,
            load.Ledger.Contradictions, Percentile(recoveries, 0.5), Percentile(recoveries, 0.99), isWhole, counts);
    }

    /// <summary>Waits until every shard has given an output after a time.</summary>
    /// <returns>When the last one did.</returns>
    private static async Task<long> AllShardsSince(SensorLoad load, long since, CancellationToken cancellation)
    {
        var first = new long[load.LastOutput.Count];
        var watch = Stopwatch.StartNew();
        while (first.Any(time => time == 0))
        {
            if (watch.Elapsed > Patience)
                throw new TimeoutException($"{first.Count(time => time == 0)} of {first.Length} shards give no outputs");
            for (var i = 0; i < first.Length; i++)
            {
                if (first[i] == 0 && load.LastOutput[i] > since)
                    first[i] = load.LastOutput[i];
            }

            await Task.Delay(5, cancellation);
        }

        return first.Max();
    }

    private static double Percentile(List<double> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
}
