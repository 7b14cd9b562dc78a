using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Shards;
using EdgeSeq.Fleet.Tenants;
using Microsoft.Extensions.Logging;

namespace EdgeSeq.Fleet.Cluster;

/// <inheritdoc cref="IShardKeeperGrain"/>
/// <remarks>A call brings a shard up that is not: Orleans places it. One of a silo that died fails as soon as the others have given the
/// silo up, and the next call places the shard anew.</remarks>
internal sealed partial class ShardKeeperGrain(TenantCache tenants, TenantNames names, ILogger<ShardKeeperGrain> log)
    : Grain, IShardKeeperGrain
{
    /// <summary>Every silo asks four times a second.</summary>
    private const long LeastMicroseconds = 200_000;

    private readonly HashSet<ShardId> _called = [];
    private readonly HashSet<ShardId> _failed = [];
    private long _last;

    public async Task Keep()
    {
        var now = Clock.Now();
        if (now - _last < LeastMicroseconds)
            return;
        _last = now;
        foreach (var tenant in names.All)
        {
            foreach (var deployment in (await tenants.Read(tenant)).Deployments)
                Call(tenant, deployment);
        }
    }

    private void Call(string tenant, Deployment deployment)
    {
        foreach (var program in deployment.Programs)
        {
            for (var number = 0; number < deployment.Shards; number++)
            {
                var shard = new ShardId(tenant, deployment.Name, number, program);
                if (_called.Add(shard))
                    _ = Call(shard);
            }
        }
    }

    private async Task Call(ShardId shard)
    {
        var key = shard.ToString();
        try
        {
            await GrainFactory.GetGrain<IShardGrain>(key).Keep();
            _failed.Remove(shard);
        }
        catch (Exception e)
        {
            if (_failed.Add(shard))
                LogFailed(key, e.Message);
        }
        finally
        {
            _called.Remove(shard);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "shard {Shard} does not come up, and is tried again: {Reason}")]
    private partial void LogFailed(string shard, string reason);
}
