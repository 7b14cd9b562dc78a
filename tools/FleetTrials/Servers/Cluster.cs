namespace EdgeSeq.FleetTrials.Servers;

/// <summary>Redis, mosquitto and silos, all on this machine.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private Cluster(int silos, IReadOnlyDictionary<string, string>? more)
    {
        var settings = new Dictionary<string, string>
        {
            ["Cluster"] = $"trial{Environment.ProcessId}",
            ["Redis"] = $"127.0.0.1:{Redis.Port}",
            ["Mqtt__Host"] = "127.0.0.1",
            ["Mqtt__Port"] = $"{Broker.Port}",
        };
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
            settings[name] = value;
        Silos = [.. Enumerable.Range(1, silos).Select(number => new SiloServer(number, settings))];
    }

    public RedisServer Redis { get; } = new();

    public MosquittoServer Broker { get; } = new();

    public SiloServer[] Silos { get; }

    public static async Task<Cluster> Start(int silos, IReadOnlyDictionary<string, string>? settings = null)
    {
        var cluster = new Cluster(silos, settings);
        try
        {
            await Task.WhenAll(cluster.Redis.Start(), cluster.Broker.Start());
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
    }
}
