using System.Net;
using EdgeSeq.Fleet.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Dashboard;

namespace EdgeSeq.Fleet.Hosting;

/// <summary>Orleans: membership, storage, and how soon a silo counts as dead.</summary>
internal static class SiloSetup
{
    private const string Invariant = "Npgsql";

    public static void UseFleet(this ISiloBuilder silo, FleetOptions options)
    {
        silo.Configure<ClusterOptions>(cluster => cluster.ClusterId = cluster.ServiceId = options.Cluster);
        silo.UseMembership(options);
        silo.UseStorage(options);
        silo.AddDashboard();

        if (options.Redis is not null)
            silo.UseQuickFailover(TimeSpan.FromSeconds(options.ProbeSeconds));
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(5));

        // "Participant check thread has not completed" appears in healthy silos: it measures the machine's uptime. Server GC is advised
        // for machines that have nothing else to do.
        silo.ConfigureLogging(logging =>
        {
            logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
            logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        });
    }

    /// <summary>Orleans' own times let the shards of a silo that died wait for half a minute.</summary>
    private static void UseQuickFailover(this ISiloBuilder silo, TimeSpan probe) =>
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = probe;
            membership.MinProbeTimeout = probe / 2;
            membership.MaxProbeTimeout = 3 * probe;
            membership.NumMissedProbesLimit = 3;
            membership.NumVotesForDeathDeclaration = 2;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            membership.DefunctSiloExpiration = TimeSpan.FromMinutes(10);
            membership.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(5);
        });

    private static void UseMembership(this ISiloBuilder silo, FleetOptions options)
    {
        if (options.Redis is { } redis)
        {
            silo.UseRedisClustering(clustering => clustering.ConfigurationOptions = RedisSettings.Of(redis));
        }
        else
        {
            var first = options.FirstSiloPort is { } port ? new IPEndPoint(IPAddress.Loopback, port) : null;
            silo.UseLocalhostClustering(options.SiloPort, options.SiloPort + 1, first, options.Cluster, options.Cluster);
            return;
        }

        if (options.Address is { } address)
            silo.ConfigureEndpoints(IPAddress.Parse(address), options.SiloPort, options.SiloPort + 1, listenOnAnyHostAddress: true);
        else
            silo.ConfigureEndpoints(options.SiloPort, options.SiloPort + 1);
    }

    private static void UseStorage(this ISiloBuilder silo, FleetOptions options)
    {
        var raw = new RawStateSerializer();
        if (options.Postgres is { } postgres)
        {
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new PostgresSchema(postgres));
            silo.AddAdoNetGrainStorage(StorageNames.Raw, storage =>
            {
                (storage.Invariant, storage.ConnectionString, storage.GrainStorageSerializer) = (Invariant, postgres, raw);
            });
            silo.AddAdoNetGrainStorage(StorageNames.Records, storage =>
                (storage.Invariant, storage.ConnectionString) = (Invariant, postgres));
        }
        else if (options.Redis is { } redis)
        {
            silo.AddRedisGrainStorage(StorageNames.Raw, storage =>
                (storage.ConfigurationOptions, storage.GrainStorageSerializer) = (RedisSettings.Of(redis), raw));
            silo.AddRedisGrainStorage(StorageNames.Records, storage => storage.ConfigurationOptions = RedisSettings.Of(redis));
        }
        else
        {
            silo.AddMemoryGrainStorage(StorageNames.Raw);
            silo.AddMemoryGrainStorage(StorageNames.Records);
        }
    }
}
