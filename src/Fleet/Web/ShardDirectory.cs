using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Shards;
using EdgeSeq.Fleet.Tenants;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Fleet.Web;

/// <summary>The shards of a deployment, those of a candidate among them.</summary>
internal sealed class ShardDirectory(IGrainFactory grains, TenantCache tenants)
{
    /// <exception cref="EdgeSeqException">ES0601 where there is no such deployment.</exception>
    public async Task<IReadOnlyList<IShardGrain>> Of(string tenant, string deployment)
    {
        var (_, found) = await tenants.Find(tenant, deployment);
        return [.. found.Programs.SelectMany(program => Enumerable.Range(0, found.Shards)
            .Select(number => grains.GetGrain<IShardGrain>(new ShardId(tenant, deployment, number, program).ToString())))];
    }
}
