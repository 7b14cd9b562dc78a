using EdgeSeq.Device.Run;
using EdgeSeq.Fleet.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeSeq.Fleet.Web;

/// <summary>A tenant's deployments: list, create, roll a program out and back, bind single streams.</summary>
internal static class DeploymentEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/deployments", async (HttpContext http, IGrainFactory grains) =>
            (await grains.GetGrain<ITenantGrain>(KeyFilter.TenantOf(http)).Read()).Deployments);
        api.MapPut("/deployments/{name}", (string name, Wanted wanted, HttpContext http, Change change) =>
            change.Do(http, tenant => tenant.Deploy(new Deployment
            {
                Name = name,
                Program = wanted.Program,
                Shards = Deployment.ShardsFor(wanted.Streams),
                OnFault = wanted.OnFault,
                Decide = wanted.Decide,
            })));
        api.MapPost("/deployments/{name}/rollout", (string name, RollOut wanted, HttpContext http, Change change) =>
            change.Do(http, tenant => tenant.RollOut(name, wanted.Program, wanted.Share)));
        api.MapPost("/deployments/{name}/rollback", (string name, HttpContext http, Change change) =>
            change.Do(http, tenant => tenant.RollBack(name)));
        api.MapPut("/deployments/{name}/pins/{stream}", (string name, string stream, Pin pin, HttpContext http, Change change) =>
            change.Do(http, tenant => tenant.PinStream(name, stream, pin.Program)));
        api.MapDelete("/deployments/{name}/pins/{stream}", (string name, string stream, HttpContext http, Change change) =>
            change.Do(http, tenant => tenant.PinStream(name, stream, null)));
    }

    /// <summary>A change, and what this silo remembered forgotten.</summary>
    internal sealed class Change(IGrainFactory grains, TenantCache tenants)
    {
        public async Task<Deployment> Do(HttpContext http, Func<ITenantGrain, Task<Deployment>> change)
        {
            var tenant = KeyFilter.TenantOf(http);
            var deployment = await change(grains.GetGrain<ITenantGrain>(tenant));
            tenants.Forget(tenant);
            return deployment;
        }
    }

    private sealed record Wanted(string Program, int Streams, FaultPolicy OnFault = FaultPolicy.Hold, string? Decide = null);

    private sealed record RollOut(string Program, double Share);

    private sealed record Pin(string Program);
}
