using System.Net.WebSockets;
using System.Text;
using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Shards;
using EdgeSeq.Fleet.Telemetry;
using EdgeSeq.Fleet.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeSeq.Fleet.Web;

/// <summary>Streams as people look at them: a searched and sorted page of the list, and one of them live.</summary>
internal static class StreamEndpoints
{
    private const int MostRows = 200;
    private const int MostDeep = 20_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/streams/{deployment}", async (
            string deployment, HttpContext http, ShardDirectory shards, string? text, StreamOrder? order, int? offset, int? limit) =>
        {
            var from = Math.Clamp(offset ?? 0, 0, MostDeep);
            var most = Math.Clamp(limit ?? 50, 1, MostRows);
            var query = new StreamQuery(text ?? "", order ?? StreamOrder.Name, from + most);
            var pages = await Task.WhenAll((await shards.Of(KeyFilter.TenantOf(http), deployment)).Select(shard => shard.Find(query)));
            var rows = StreamOrders.Sort(pages.SelectMany(page => page.Rows), query.Order).Skip(from).Take(most);
            return Results.Json(new StreamPage([.. rows], pages.Sum(page => page.Count)));
        });
        api.MapGet("/streams/{deployment}/{stream}/live", async (
            string deployment, string stream, HttpContext http, TenantCache tenants, IGrainFactory grains, FleetMetrics metrics) =>
        {
            var tenant = KeyFilter.TenantOf(http);
            var (record, found) = await tenants.Find(tenant, deployment);
            if (!http.WebSockets.IsWebSocketRequest)
                return Results.StatusCode(StatusCodes.Status426UpgradeRequired);
            var utf8 = Encoding.UTF8.GetBytes(stream);
            var program = found.ProgramOf(utf8);
            var shard = new ShardId(tenant, deployment, ShardId.NumberOf(utf8, found.Shards), program);
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
            var view = new LiveStream(
                grains, grains.GetGrain<IShardGrain>(shard.ToString()), stream, record.FindProgram(program)!, metrics);
            await Task.WhenAll(EndWithSocket(socket, ended), view.Run(socket, ended.Token));
            return Results.Empty;
        });
    }

    private static async Task EndWithSocket(WebSocket socket, CancellationTokenSource ended)
    {
        while (await WebSockets.Receive(socket, 1 << 10, ended.Token) is not null)
        {
            // Nothing is asked of us.
        }

        await ended.CancelAsync();
    }
}
