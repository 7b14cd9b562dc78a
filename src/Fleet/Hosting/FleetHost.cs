using EdgeSeq.Fleet.Cluster;
using EdgeSeq.Fleet.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EdgeSeq.Fleet.Hosting;

/// <summary>A silo with its web server: the whole of a fleet on one machine, or one of several.</summary>
public static class FleetHost
{
    /// <summary>Builds it from appsettings.json, the environment and the command line, in this order of precedence from the
    /// lowest.</summary>
    /// <param name="configure">Called before the services are added: what it registers stays.</param>
    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0710 where the configuration is not sound.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        var options = builder.Configuration.GetSection("Fleet").Get<FleetOptions>() ?? new FleetOptions();
        FleetConfiguration.Require(options);
        builder.Services.AddFleet(options, builder.Configuration.GetSection("Fleet"));
        builder.Services.AddFleetTelemetry(options);
        builder.Host.UseOrleans(silo => silo.UseFleet(options));

        // Services stop in the opposite order: first no more samples are read, then the shards save, then their outputs are delivered.
        builder.Services.AddHostedService<ShardKeeper>();

        // Longer than what a drain takes: each shard saves, and waits for its outputs.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        var app = builder.Build();
        app.MapFleet();
        return app;
    }
}
