using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeSeq.Fleet.Web;

/// <summary>Shards and silos.</summary>
internal static class ClusterEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/shards/{deployment}", async (string deployment, HttpContext http, ShardDirectory shards) =>
            await Task.WhenAll((await shards.Of(KeyFilter.TenantOf(http), deployment)).Select(shard => shard.Report())));
        api.MapGet("/silos", async (IGrainFactory grains) =>
        {
            var management = grains.GetGrain<IManagementGrain>(0);
            return (await management.GetDetailedHosts(onlyActive: false)).Select(host => new
            {
                name = host.SiloName,
                address = host.SiloAddress.ToParsableString(),
                status = host.Status.ToString(),
                started = host.StartTime,
                alive = host.IAmAliveTime,
            });
        });
        api.MapGet("/me", (HttpContext http) => new { tenant = KeyFilter.TenantOf(http) });
    }
}
