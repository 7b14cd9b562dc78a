using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Outs;
using EdgeSeq.Fleet.Shards;
using EdgeSeq.Fleet.Tests.Fixtures;
using EdgeSeq.FleetDemo;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Orleans.Runtime.Placement;

namespace EdgeSeq.Fleet.Tests.Cluster;

/// <summary>Two silos in memory.</summary>
public sealed class PlacementTests : IAsyncLifetime
{
    private const int Streams = 8;
    private readonly TestHost _first = new();
    private readonly TestHost _second;

    public PlacementTests()
    {
        var port = FreePorts.Next();
        _first.Settings["Fleet:SiloPort"] = $"{port}";
        _second = new TestHost { Log = _first.Log, Outputs = _first.Outputs };
        _second.Settings["Fleet:FirstSiloPort"] = $"{port}";
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IGrainFactory Grains => _first.Services.GetRequiredService<IGrainFactory>();

    public async ValueTask InitializeAsync()
    {
        await _first.InitializeAsync();
        await _second.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _second.DisposeAsync();
        await _first.DisposeAsync();
    }

    [Fact]
    public async Task Every_shard_comes_up_by_itself()
    {
        var hash = await _first.Deploy("acme", "kept", streams: 2000);
        var statistics = Grains.GetGrain<IManagementGrain>(0);
        var expected = Enumerable.Range(0, 11).Select(number => new ShardId("acme", "kept", number, hash).ToString()).Order();
        string[] up;
        do
        {
            await Task.Delay(50, Stop);
            up = [.. (await statistics.GetDetailedGrainStatistics(null, null, Stop)).Select(each => each.GrainId.Key.ToString()!)
                .Where(key => key.StartsWith("acme/kept/", StringComparison.Ordinal)).Order()];
        }
        while (up.Length < 11);
        Assert.Equal(expected, up);
    }

    [Fact]
    public async Task A_shard_that_moves_between_silos_goes_on_with_the_bits_of_each_stream_alone()
    {
        var hash = await _first.Deploy("acme", "moved", streams: 1);
        using var client = _first.Client("acme");
        var shard = Grains.GetGrain<IShardGrain>(new ShardId("acme", "moved", 0, hash).ToString());
        var silos = new HashSet<string>();
        for (var round = 0L; round < 6; round++)
        {
            var message = Activity.Message([.. Enumerable.Range(0, Streams).Select(stream => (stream, round * 10, 10))]);
            await TestHost.Json(await client.PostAsync("/v1/samples/moved", new ByteArrayContent(message), Stop));
            silos.Add((await shard.Report()).Silo);
            await Move(shard, round % 2 == 0 ? _second : _first);
        }

        Assert.Equal(2, silos.Count);
        await Task.WhenAll(Flush(_first), Flush(_second));
        var book = new OutputBook();
        foreach (var message in _first.Outputs.Messages)
            book.Add(message.Outputs.Span);
        using var model = Activity.Load();
        for (var stream = 0; stream < Streams; stream++)
            Assert.Equal(Activity.Alone(model, stream, 60), book.Of(stream));
        Assert.Equal(0, book.Contradictions);
    }

    private static Task Flush(TestHost host) => host.Services.GetRequiredService<OutputPump>().Flush(Stop);

    /// <summary>As Orleans' own rebalancer moves it.</summary>
    private static async Task Move(IShardGrain shard, TestHost target)
    {
        var silo = target.Services.GetRequiredService<ILocalSiloDetails>();
        while ((await shard.Report()).Silo != silo.Name)
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silo.SiloAddress);
            await shard.AsReference<IGrainManagementExtension>().MigrateOnIdle();
            RequestContext.Clear();
            await Task.Delay(10, Stop);
        }
    }
}
