using System.Net.WebSockets;
using EdgeSeq.Fleet.Ingest;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Fleet.Storage;
using EdgeSeq.Fleet.Telemetry;
using EdgeSeq.Fleet.Tenants;
using EdgeSeq.Runtime.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeSeq.Fleet.Web;

/// <summary>Samples in: <c>POST /v1/samples/DEPLOYMENT</c>, binary or JSON, and the same over a WebSocket, a message at a time.</summary>
internal static class SampleEndpoints
{
    private const string Json = "application/json";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/samples/{deployment}", async (
            string deployment, HttpContext http, Router router, TenantCache tenants, Quotas quotas, FleetMetrics metrics) =>
        {
            var body = await Bodies.Read(http.Request, SampleBatch.MaxBytes);
            var isJson = http.Request.ContentType?.StartsWith(Json, StringComparison.Ordinal) == true;
            return Results.Json(await Take(http, deployment, body, isJson, router, tenants, quotas, metrics));
        });
        api.MapGet("/samples/{deployment}", async (
            string deployment, HttpContext http, Router router, TenantCache tenants, Quotas quotas, FleetMetrics metrics) =>
        {
            if (!http.WebSockets.IsWebSocketRequest)
                return Results.StatusCode(StatusCodes.Status426UpgradeRequired);
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            while (await WebSockets.Receive(socket, SampleBatch.MaxBytes, http.RequestAborted) is { } message)
                await WebSockets.Send(socket, await Answer(message.Type == WebSocketMessageType.Text, message.Bytes), http.RequestAborted);
            return Results.Empty;

            async Task<object> Answer(bool isJson, byte[] bytes)
            {
                try
                {
                    return await Take(http, deployment, bytes, isJson, router, tenants, quotas, metrics);
                }
                catch (EdgeSeqException e)
                {
                    return ErrorBody.Of(e);
                }
                catch (Exception e) when (ServerErrors.Of(e) is { } away)
                {
                    return ErrorBody.Of(away);
                }
            }
        });
    }

    private static async Task<SamplesTaken> Take(
        HttpContext http, string deployment, byte[] body, bool isJson, Router router, TenantCache tenants, Quotas quotas,
        FleetMetrics metrics)
    {
        var tenant = KeyFilter.TenantOf(http);
        try
        {
            var (record, found) = await tenants.Find(tenant, deployment);
            var message = isJson ? SampleJson.Read(body, record.InputsOf(found)) : body;
            quotas.Spend(tenant, message);
            var result = await router.Send(tenant, deployment, message, http.RequestAborted);
            return SamplesTaken.Of(result);
        }
        catch (EdgeSeqException e) when (e.Code == ErrorCodes.RecordingMalformed)
        {
            metrics.Malformed("http");
            throw;
        }
    }
}
