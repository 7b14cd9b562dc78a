using EdgeSeq.Fleet.Mqtt;
using EdgeSeq.Fleet.Tenants;

namespace EdgeSeq.Fleet.Hosting;

/// <summary><c>Fleet</c> of the configuration: appsettings.json, or the environment (<c>Fleet__Redis</c>).</summary>
public sealed class FleetOptions
{
    /// <summary>Name of the cluster: silos of one name find each other, and it stands before the keys in Redis.</summary>
    public string Cluster { get; set; } = "edgeseq";

    /// <summary>Redis for membership, snapshots and the log, as StackExchange.Redis writes it; null keeps all in memory.</summary>
    public string? Redis { get; set; }

    /// <summary>PostgreSQL for snapshots, programs and records instead of Redis, as Npgsql writes it; the log stays in Redis.</summary>
    public string? Postgres { get; set; }

    /// <summary>PostgreSQL for the list of silos too, instead of Redis.</summary>
    public bool PostgresMembership { get; set; }

    /// <summary>Port on which silos talk to each other; the one above it is for clients.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>In memory: the port of the first silo, which the others join; null for the first.</summary>
    public int? FirstSiloPort { get; set; }

    /// <summary>Address that other silos reach this one at; null finds it.</summary>
    public string? Address { get; set; }

    /// <summary>Seconds between the probes by which silos watch each other; a silo counts as dead after three that failed. Where silos
    /// share a busy machine, 2 or more: one that is only slow must not be given up.</summary>
    public double ProbeSeconds { get; set; } = 1;

    /// <summary>Address of a collector of OpenTelemetry (OTLP over gRPC); null sends nothing.</summary>
    public string? Otlp { get; set; }

    /// <summary>The broker; null takes and gives nothing over MQTT.</summary>
    public MqttOptions? Mqtt { get; set; }

    /// <summary>Also writes outputs and events to Redis streams.</summary>
    public bool OutputsToRedis { get; set; }

    /// <summary>Tenants by name.</summary>
    public Dictionary<string, TenantOptions> Tenants { get; } = [];

    /// <summary>Whoever reaches the host is the tenant "default", without a key: for one machine and for trying.</summary>
    public bool Open { get; set; }
}
