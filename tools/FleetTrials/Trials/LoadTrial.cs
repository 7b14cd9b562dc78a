using System.Diagnostics;
using EdgeSeq.Fleet.Tenants;
using EdgeSeq.FleetDemo;
using EdgeSeq.FleetTrials.Load;
using EdgeSeq.FleetTrials.Servers;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.FleetTrials.Trials;

/// <summary>How many streams a machine holds, and what a step costs beside the same steps of a bare <see cref="SessionGroup"/>.</summary>
internal static class LoadTrial
{
    private const string DeploymentName = "load";
    private const int BareRounds = 2000;

    /// <summary>In the first seconds a silo compiles its code, with a quarter of the processor time that it takes.</summary>
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(20);

    public static async Task<LoadResult> Run(int silos, int streams, int streamsAMessage, double seconds, CancellationToken cancellation)
    {
        await using var cluster = await Cluster.Start(silos);
        await cluster.Silos[0].Deploy(DeploymentName, streams);
        await using var load = new SensorLoad(cluster.Broker.Port, DeploymentName, streams, streamsAMessage);
        await load.Start();
        using var end = new CancellationTokenSource();
        var run = load.Run(end.Token);
        await Task.Delay(Warmup, cancellation);
        load.Latency.Clear();
        var before = Usage(cluster, load);
        await Task.Delay(TimeSpan.FromSeconds(seconds), cancellation);
        var after = Usage(cluster, load);
        var (p50, p99) = (load.Latency.Percentile(0.5) / 1e6, load.Latency.Percentile(0.99) / 1e6);
        await end.CancelAsync();
        await run;
        await load.Drain(TimeSpan.FromSeconds(20));
        var bare = BareNanoseconds();
        var steps = after.Outputs - before.Outputs;
        var silo = (after.Silos - before.Silos).TotalNanoseconds / Math.Max(1, steps);
        return new LoadResult(
            silos, streams, Deployment.ShardsFor(streams), streamsAMessage, after.Seconds - before.Seconds, streams * SensorPool.RateHz,
            steps / (after.Seconds - before.Seconds), p50, p99, silo, bare, silo / bare, Cores(after.Silos - before.Silos),
            Cores(after.Broker - before.Broker), Cores(after.Redis - before.Redis), Cores(after.Load - before.Load),
            cluster.Silos.Max(each => each.Rss) / 1e6);

        double Cores(TimeSpan cpu) => cpu.TotalSeconds / (after.Seconds - before.Seconds);
    }

    private static Point Usage(Cluster cluster, SensorLoad load) => new(
        Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency, load.Ledger.Count,
        TimeSpan.FromTicks(cluster.Silos.Sum(silo => silo.Cpu.Ticks)), cluster.Broker.Cpu, cluster.Redis.Cpu,
        Process.GetCurrentProcess().TotalProcessorTime);

    /// <summary>Processor time of a step of one of 192 sessions that step together, inputs and outputs copied.</summary>
    private static double BareNanoseconds()
    {
        using var model = Model.Load(Path.Combine(AppContext.BaseDirectory, "activity.eseq"));
        using var group = model.CreateSessionGroup(Deployment.StreamsPerShard);
        var sensors = new SensorPool();
        var sample = new float[SensorPool.Channels];
        var scores = new float[model.Outputs[0].Length];
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        for (var round = -BareRounds / 4; round < BareRounds; round++)
        {
            if (round == 0)
                cpu = Process.GetCurrentProcess().TotalProcessorTime;
            for (var i = 0; i < group.Count; i++)
            {
                sensors.Read(i, round + BareRounds, sample);
                sample.CopyTo(group[i].Input(0));
            }

            group.Step();
            for (var i = 0; i < group.Count; i++)
                group[i].Output(0).CopyTo(scores);
        }

        return (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalNanoseconds / (BareRounds * group.Count);
    }

    private readonly record struct Point(double Seconds, long Outputs, TimeSpan Silos, TimeSpan Broker, TimeSpan Redis, TimeSpan Load);
}
