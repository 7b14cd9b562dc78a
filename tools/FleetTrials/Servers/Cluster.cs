namespace EdgeSeq.FleetTrials.Servers;

/// <summary>Redis, mosquitto, silos, and PostgreSQL where it is wanted, all on this machine.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly PostgresServer? _postgres;

    private Cluster(int silos, bool withPostgres, string? also)
    {
        _postgres = withPostgres ? new PostgresServer() : null;
        var settings = new Dictionary<string, string>
        {
            ["Cluster"] = $"trial{Environment.ProcessId}",
            ["Redis"] = $"127.0.0.1:{Redis.Port}",
            ["Mqtt__Host"] = "127.0.0.1",
            ["Mqtt__Port"] = $"{Broker.Port}",
        };
        if (_postgres is not null)
            (settings["Postgres"], settings["PostgresMembership"]) = (_postgres.Connection, "true");
        if (also is not null)
            settings["ProbeSeconds"] = "5";
        Silos = [.. Enumerable.Range(1, silos).Select(number => new SiloServer(number, settings))];
        if (also is not null)
            Silos = [.. Silos, new SiloServer(silos + 1, settings, also.Split(' '))];
    }

    public RedisServer Redis { get; } = new();

    public MosquittoServer Broker { get; } = new();

    public SiloServer[] Silos { get; }

    /// <param name="withPostgres">Keeps snapshots and the list of silos in PostgreSQL instead of Redis.</param>
    /// <param name="also">Command of one more silo: another build of it, emulated for instance; silos are patient with each other
    /// then.</param>
    public static async Task<Cluster> Start(int silos, bool withPostgres = false, string? also = null)
    {
        var cluster = new Cluster(silos, withPostgres, also);
        try
        {
            await Task.WhenAll(cluster.Redis.Start(), cluster.Broker.Start(), cluster._postgres?.Start() ?? Task.CompletedTask);
            await Task.WhenAll(cluster.Silos.Select(silo => silo.Start()));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Silos.Select(silo => silo.DisposeAsync().AsTask()));
        await Broker.DisposeAsync();
        await Redis.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }
}
