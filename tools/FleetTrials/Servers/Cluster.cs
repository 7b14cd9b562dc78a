namespace EdgeSeq.FleetTrials.Servers;

/// <summary>Redis, mosquitto, silos, and PostgreSQL where it is wanted, all on this machine.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly PostgresServer? _postgres;

    private Cluster(int silos, bool withPostgres)
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
            settings["Postgres"] = _postgres.Connection;
        Silos = [.. Enumerable.Range(1, silos).Select(number => new SiloServer(number, settings))];
    }

    public RedisServer Redis { get; } = new();

    public MosquittoServer Broker { get; } = new();

    public SiloServer[] Silos { get; }

    /// <param name="withPostgres">Keeps snapshots in PostgreSQL instead of Redis.</param>
    public static async Task<Cluster> Start(int silos, bool withPostgres = false)
    {
        var cluster = new Cluster(silos, withPostgres);
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
