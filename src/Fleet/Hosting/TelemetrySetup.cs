using EdgeSeq.Fleet.Telemetry;
using EdgeSeq.Fleet.Web;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EdgeSeq.Fleet.Hosting;

/// <summary>Metrics at <c>/metrics</c> for Prometheus; metrics and traces to a collector where one is named. Health.</summary>
internal static class TelemetrySetup
{
    public static void AddFleetTelemetry(this IServiceCollection services, FleetOptions options)
    {
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("edgeseq-fleet"));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(FleetMetrics.Name, "Microsoft.Orleans").AddAspNetCoreInstrumentation().AddRuntimeInstrumentation();
            metrics.AddPrometheusExporter();
            if (options.Otlp is { } endpoint)
                metrics.AddOtlpExporter(exporter => exporter.Endpoint = new Uri(endpoint));
        });
        if (options.Otlp is { } collector)
        {
            telemetry.WithTracing(traces => traces.AddSource(FleetMetrics.Name, "Microsoft.Orleans.Application")
                .AddAspNetCoreInstrumentation().AddOtlpExporter(exporter => exporter.Endpoint = new Uri(collector)));
        }

        services.AddHealthChecks().AddCheck<SiloHealth>("silo", tags: [SiloHealth.Ready]);
    }
}
