using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSeq.Fleet.Cluster;

/// <summary>Keeps the cluster's <see cref="IShardKeeperGrain"/> at work from each silo: it comes up elsewhere where its silo dies.</summary>
internal sealed partial class ShardKeeper(IGrainFactory grains, ISiloStatusOracle silos, ILogger<ShardKeeper> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        for (var hasFailed = false; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
                if (silos.CurrentStatus == SiloStatus.Active)
                    await grains.GetGrain<IShardKeeperGrain>(0).Keep().WaitAsync(stoppingToken).ConfigureAwait(false);
                hasFailed = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (!hasFailed)
                    LogFailed(e.Message);
                hasFailed = true;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "shards are not kept, and are tried again: {Reason}")]
    private partial void LogFailed(string reason);
}
