using System.Diagnostics;
using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Hosting;
using EdgeSeq.Fleet.Ingest;
using EdgeSeq.Fleet.Log;
using EdgeSeq.Fleet.Shards;
using EdgeSeq.Fleet.Tenants;
using EdgeSeq.Fleet.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace EdgeSeq.FleetDemo;

/// <summary>Silos of one process that share a log, with the activity model deployed for simulated sensors.</summary>
internal sealed class DemoFleet : IAsyncDisposable
{
    private const string DeploymentName = "activity";
    private const string Rule = "on=0.7, off=0.5, least=1s, gap=0.5s, smooth=mean:0.5s";

    private readonly DemoSettings _settings;
    private readonly List<WebApplication> _silos = [];
    private Deployment? _deployment;

    private DemoFleet(DemoSettings settings) => _settings = settings;

    /// <summary>Address of the page.</summary>
    public Uri Page => new(_silos[0].Urls.First());

    private IGrainFactory Grains => _silos[0].Services.GetRequiredService<IGrainFactory>();

    public static async Task<DemoFleet> Start(DemoSettings settings)
    {
        var fleet = new DemoFleet(settings);
        try
        {
            await fleet.StartSilos();
            await fleet.Deploy();
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Feeds the sensors' samples for the time that was asked for.</summary>
    public async Task<DemoSummary> Run(CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var feed = new SensorFeed(
            [.. _silos.Select(silo => silo.Services.GetRequiredService<Router>())], ApiKeys.OpenTenant, _deployment!, _settings.Streams);
        if (_settings.Seconds is { } seconds)
            end.CancelAfter(TimeSpan.FromSeconds(seconds));
        var watch = Stopwatch.StartNew();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        await feed.Run(end.Token);
        var took = watch.Elapsed;
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        return await Summary(feed, took, cpu);
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _silos.Count - 1; i >= 0; i--)
        {
            await _silos[i].StopAsync();
            await _silos[i].DisposeAsync();
        }
    }

    private async Task StartSilos()
    {
        var log = new MemoryLog();
        var ports = Enumerable.Range(0, _settings.Silos).Select(_ => FreePorts.Next()).ToArray();
        for (var i = 0; i < _settings.Silos; i++)
        {
            var silo = FleetHost.Build([], builder =>
            {
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["Fleet:Open"] = "true",
                    ["Fleet:SiloPort"] = $"{ports[i]}",
                    ["Fleet:FirstSiloPort"] = i == 0 ? null : $"{ports[0]}",
                    ["Urls"] = $"http://127.0.0.1:{(i == 0 ? _settings.Port : 0)}",
                });
                // The storage in memory ends with the silos, while their shards still want to save.
                builder.Logging.SetMinimumLevel(LogLevel.Error).AddFilter("Orleans", LogLevel.Critical).AddFilter("Polly", LogLevel.None);
                builder.Services.AddSingleton<IShardLog>(log);
                builder.Services.AddSingleton<IHostLifetime, OwnLifetime>();
            });
            _silos.Add(silo);
            await silo.StartAsync();
        }
    }

    private async Task Deploy()
    {
        using var file = new MemoryStream();
        await typeof(DemoFleet).Assembly.GetManifestResourceStream("activity.eseq")!.CopyToAsync(file);
        var tenant = Grains.GetGrain<ITenantGrain>(ApiKeys.OpenTenant);
        var program = await tenant.Upload(new Immutable<byte[]>(file.ToArray()));
        _deployment = await tenant.Deploy(new Deployment
        {
            Name = DeploymentName,
            Program = program.Hash,
            Shards = Deployment.ShardsFor(_settings.Streams),
            Decide = Rule,
        });
    }

    private async Task<DemoSummary> Summary(SensorFeed feed, TimeSpan took, TimeSpan cpu)
    {
        var deployment = _deployment!;
        var reports = await Task.WhenAll(Enumerable.Range(0, deployment.Shards).Select(number => Grains.GetGrain<IShardGrain>(
            new ShardId(ApiKeys.OpenTenant, deployment.Name, number, deployment.Program).ToString()).Report()));
        var totals = default(StreamCounters);
        foreach (var report in reports)
            totals.Add(report.Counters);
        return new DemoSummary(
            Schema: 1, _settings.Streams, _settings.Silos, deployment.Shards, took.TotalSeconds, totals.Stepped,
            totals.Stepped / took.TotalSeconds, totals.Outputs, totals.Events, totals.Faults,
            new DemoLatency(feed.Latency.Percentile(0.5) / 1e6, feed.Latency.Percentile(0.99) / 1e6, feed.Latency.Max / 1e6),
            cpu.TotalMicroseconds / Math.Max(1, totals.Stepped), Process.GetCurrentProcess().PeakWorkingSet64 / 1e6);
    }

    /// <summary>The demo ends its silos itself, after the summary.</summary>
    private sealed class OwnLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
