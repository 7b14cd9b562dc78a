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
        silo.UsePlacement(options);
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

    /// <summary>A shard comes up on the silo that has the fewest activations of all, and moves where one has too many: after a silo has
    /// joined, or come back.</summary>
    private static void UsePlacement(this ISiloBuilder silo, FleetOptions options)
    {
        silo.Configure<ActivationCountBasedPlacementOptions>(placement => placement.ChooseOutOf = int.MaxValue);

        // Storage in memory is grains too, which would be moved and forget what they keep.
        if (options.Redis is null)
            return;
#pragma warning disable ORLEANSEXP002 // Orleans may still change it; the shards that it does not move stay where they are.
        silo.AddActivationRebalancer();
#pragma warning restore ORLEANSEXP002
        silo.Configure<ActivationRebalancerOptions>(rebalancer =>
        {
            rebalancer.RebalancerDueTime = TimeSpan.FromSeconds(10);
            rebalancer.SessionCyclePeriod = TimeSpan.FromSeconds(5);

            // Shards are few beside what Orleans expects of grains: by its own weights it would move hardly one of forty.
            rebalancer.CycleNumberWeight = 1;
            rebalancer.SiloNumberWeight = 0;

            // A move costs a shard a pause: some more here than there may be.
            rebalancer.AllowedEntropyDeviation = 0.01;
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
        if (options is { PostgresMembership: true, Postgres: { } postgres })
        {
            silo.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (Invariant, postgres));
        }
        else if (options.Redis is { } redis)
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
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
                new PostgresSchema(postgres, options.PostgresMembership));
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
