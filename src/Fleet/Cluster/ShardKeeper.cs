using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Ingest;
using EdgeSeq.Fleet.Mqtt;
using EdgeSeq.Fleet.Shards;
using EdgeSeq.Fleet.Telemetry;
using EdgeSeq.Fleet.Tenants;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSeq.Fleet.Cluster;

/// <summary>Brings up the shards that fall to this silo, and reads their topics. Which silo a shard falls to follows from the list of
/// active silos alone (<see cref="ShardOwners"/>), so that each silo knows it without asking.</summary>
internal sealed partial class ShardKeeper(
    IGrainFactory grains,
    ISiloStatusOracle silos,
    TenantCache tenants,
    TenantNames names,
    Router router,
    FleetMetrics metrics,
    ILogger<ShardKeeper> log,
    MqttOptions? mqtt = null) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<Place, ShardReader?> _kept = [];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        foreach (var reader in _kept.Values)
        {
            if (reader is not null)
                await reader.DisposeAsync().ConfigureAwait(false);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await KeepAll().ConfigureAwait(false);
                await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(e.Message);
            }
        }
    }

    private async Task KeepAll()
    {
        if (silos.CurrentStatus != SiloStatus.Active)
            return;
        var active = silos.GetApproximateSiloStatuses(onlyActive: true).Keys.ToArray();
        var wanted = new Dictionary<Place, Deployment>();
        foreach (var tenant in names.All)
        {
            foreach (var deployment in (await tenants.Read(tenant).ConfigureAwait(false)).Deployments)
            {
                for (var number = 0; number < deployment.Shards; number++)
                {
                    var place = new Place(tenant, deployment.Name, number);
                    if (ShardOwners.OwnerOf(place.ToString(), active) == silos.SiloAddress)
                        wanted.Add(place, deployment);
                }
            }
        }

        foreach (var place in _kept.Keys.Where(place => !wanted.ContainsKey(place)).ToArray())
            await Leave(place).ConfigureAwait(false);
        await Task.WhenAll(wanted.Where(each => !_kept.ContainsKey(each.Key)).Select(each => Take(each.Key, each.Value)))
            .ConfigureAwait(false);
    }

    private async Task Take(Place place, Deployment deployment)
    {
        lock (_kept)
        {
            _kept[place] = mqtt is { Inputs: true }
                ? new ShardReader(mqtt, place.Tenant, place.Deployment, place.Number, router, metrics, log) : null;
        }

        foreach (var program in deployment.Programs)
            await GrainOf(place, program).Report().ConfigureAwait(false);
    }

    private async Task Leave(Place place)
    {
        if (_kept.Remove(place, out var reader) && reader is not null)
            await reader.DisposeAsync().ConfigureAwait(false);
        if ((await tenants.Read(place.Tenant).ConfigureAwait(false)).Find(place.Deployment) is not { } deployment)
            return;
        foreach (var program in deployment.Programs)
            await GrainOf(place, program).Leave().ConfigureAwait(false);
    }

    private IShardGrain GrainOf(Place place, string program) =>
        grains.GetGrain<IShardGrain>(new ShardId(place.Tenant, place.Deployment, place.Number, program).ToString());

    [LoggerMessage(Level = LogLevel.Warning, Message = "shards are not kept, and are tried again: {Reason}")]
    private partial void LogFailed(string reason);

    private readonly record struct Place(string Tenant, string Deployment, int Number);
}
