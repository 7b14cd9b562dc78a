using EdgeSeq.FleetTrials.Load;
using EdgeSeq.FleetTrials.Servers;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.FleetTrials.Trials;

/// <summary>Redis is stopped and started, the broker killed and started, under load; malformed messages come all the while. A gateway
/// sends again what gives no output; every output must have the bits that the stream gives alone, and memory must stay flat.</summary>
internal static class BrokenServersTrial
{
    private const string DeploymentName = "broken";
    private const int MalformedMessages = 100_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<BrokenServersResult> Run(
        int streams, int rounds, int seed, Action<string> tell, CancellationToken cancellation)
    {
        await using var cluster = await Cluster.Start(2);
        await cluster.Silos[0].Deploy(DeploymentName, streams);
        await using var load = new SensorLoad(cluster.Broker.Port, DeploymentName, streams, streamsAMessage: 32, waitsForOutputs: true);
        await load.Start();
        using var end = new CancellationTokenSource();
        var run = load.Run(end.Token);
        await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
        tell($"{MalformedMessages} malformed messages");
        await using var malformed = new MalformedLoad(cluster.Broker.Port, DeploymentName, seed);
        await malformed.Publish(MalformedMessages);
        await using var memory = new MemoryWatch(cluster.Silos);
        var noise = malformed.PublishUntil(end.Token);
        for (var round = 0; round < rounds; round++)
        {
            tell("Redis stops for 3 s");
            await Pause(cluster.Redis, kill: false, cancellation);
            tell("the broker is killed for 3 s");
            await Pause(cluster.Broker, kill: true, cancellation);
        }

        var growth = await memory.End();
        await end.CancelAsync();
        await Task.WhenAll(run, noise);
        var isWhole = await load.Drain(Patience);
        using var model = Model.Load(Path.Combine(AppContext.BaseDirectory, "activity.eseq"));
        var (missing, different) = load.Ledger.Compare(model, load.Sensors, load.Sequence);
        return new BrokenServersResult(
            streams, load.Sequence * streams, load.Ledger.Count, missing, different, load.Ledger.Repeated, load.Ledger.Contradictions,
            growth, isWhole, await ShardCounts.Of(cluster.Silos[0], DeploymentName));
    }

    private static async Task Pause(ServerProcess server, bool kill, CancellationToken cancellation)
    {
        await (kill ? server.Kill() : server.Stop());
        await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
        await server.Start();
        await Task.Delay(TimeSpan.FromSeconds(5), cancellation);
    }
}
