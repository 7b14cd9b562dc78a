using EdgeSeq.Fleet.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace EdgeSeq.Fleet.Web;

/// <summary>A tenant's programs: list, upload, pin, remove.</summary>
internal static class ProgramEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/programs", async (HttpContext http, IGrainFactory grains) => (await Of(http, grains).Read()).Programs);
        api.MapPost("/programs", async (HttpContext http, IGrainFactory grains, IOptions<FleetLimits> limits) =>
        {
            var file = await Bodies.Read(http.Request, limits.Value.ProgramBytes);
            return await Of(http, grains).Upload(new Immutable<byte[]>(file));
        });
        api.MapPut("/programs/{hash}/pin", (string hash, HttpContext http, IGrainFactory grains) =>
            Of(http, grains).PinProgram(hash, true));
        api.MapDelete("/programs/{hash}/pin", (string hash, HttpContext http, IGrainFactory grains) =>
            Of(http, grains).PinProgram(hash, false));
        api.MapDelete("/programs/{hash}", (string hash, HttpContext http, IGrainFactory grains) => Of(http, grains).RemoveProgram(hash));
    }

    private static ITenantGrain Of(HttpContext http, IGrainFactory grains) => grains.GetGrain<ITenantGrain>(KeyFilter.TenantOf(http));
}
