using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeSeq.Fleet.Ingest;
using EdgeSeq.Fleet.Log;
using EdgeSeq.Fleet.Mqtt;
using EdgeSeq.Fleet.Outs;
using EdgeSeq.Fleet.Programs;
using EdgeSeq.Fleet.Shards;
using EdgeSeq.Fleet.Telemetry;
using EdgeSeq.Fleet.Tenants;
using EdgeSeq.Fleet.Web;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace EdgeSeq.Fleet.Hosting;

/// <summary>The services of a silo.</summary>
internal static class ServiceSetup
{
    public static void AddFleet(this IServiceCollection services, FleetOptions options, IConfiguration section)
    {
        services.Configure<FleetLimits>(section.GetSection("Limits"));
        services.Configure<ShardOptions>(section.GetSection("Shards"));
        services.AddSingleton(options);
        services.AddSingleton<FleetMetrics>();
        services.AddSingleton<ProgramCache>();
        services.AddSingleton<TenantCache>();
        services.AddSingleton(new TenantNames(options.Open ? [ApiKeys.OpenTenant] : options.Tenants.Keys));
        services.AddSingleton(new ApiKeys(options.Tenants.ToDictionary(each => each.Key, each => each.Value), options.Open));
        services.AddSingleton<Quotas>();
        services.AddSingleton<ShardDirectory>();
        services.AddSingleton<DeploymentEndpoints.Change>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase)));
        services.AddSingleton<Router>();
        if (options.Mqtt is { Inputs: true })
            services.AddSingleton<ITopicReaders, ShardReaders>();
        services.AddLog(options);
        services.AddOutputs(options);
    }

    private static void AddLog(this IServiceCollection services, FleetOptions options)
    {
        if (options.Redis is not { } redis)
        {
            services.TryAddSingleton<IShardLog, MemoryLog>();
            return;
        }

        services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(RedisSettings.Of(redis)));
        services.AddSingleton<IShardLog>(provider =>
            new RedisLog(provider.GetRequiredService<IConnectionMultiplexer>(), options.Cluster));
    }

    private static void AddOutputs(this IServiceCollection services, FleetOptions options)
    {
        if (options.Mqtt is { } mqtt)
        {
            services.AddSingleton(mqtt);
            if (mqtt.Outputs)
            {
                services.AddSingleton<IOutput>(provider =>
                    new MqttOutput(mqtt, provider.GetRequiredService<ILocalSiloDetails>().Name));
            }
        }

        if (options is { OutputsToRedis: true, Redis: not null })
        {
            services.AddSingleton<IOutput>(provider =>
                new RedisOutput(provider.GetRequiredService<IConnectionMultiplexer>(), options.Cluster));
        }

        services.AddSingleton<OutputPump>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<OutputPump>());
    }
}
