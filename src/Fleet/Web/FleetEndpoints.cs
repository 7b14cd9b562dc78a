using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;

namespace EdgeSeq.Fleet.Web;

/// <summary>All addresses of the host.</summary>
internal static class FleetEndpoints
{
    public static void MapFleet(this WebApplication app)
    {
        app.UseWebSockets();
        app.UseMiddleware<ErrorAnswers>();
        PageFiles.Map(app);
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(SiloHealth.Ready) });
        app.MapPrometheusScrapingEndpoint("/metrics");
        var api = app.MapGroup("/v1");
        api.AddEndpointFilter<KeyFilter>();
        SampleEndpoints.Map(api);
        StreamEndpoints.Map(api);
        ProgramEndpoints.Map(api);
        DeploymentEndpoints.Map(api);
        ClusterEndpoints.Map(api);
        SessionEndpoints.Map(app);
    }
}
