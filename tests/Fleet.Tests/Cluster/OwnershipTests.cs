using System.Buffers;
using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Outs;
using EdgeSeq.Fleet.Shards;
using EdgeSeq.Fleet.Storage;
using EdgeSeq.Fleet.Tests.Fixtures;
using EdgeSeq.Runtime.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace EdgeSeq.Fleet.Tests.Cluster;

/// <summary>A shard that is up, unknown to it, on a second silo too.</summary>
public sealed class OwnershipTests : IAsyncLifetime
{
    private const int Streams = 4;
    private const int SamplesAMessage = 10;
    private readonly TestHost _host = new();
    private readonly Model _model = Activity.Load();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _model.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_shard_goes_on_from_what_another_owner_has_saved(int messagesAfterIt)
    {
        var hash = await _host.Deploy("acme", "owned", streams: 1);
        var id = new ShardId("acme", "owned", 0, hash);
        await Post(0);

        using (var other = new ShardEngine(_model, new ShardSettings()))
        {
            Take(other, (await _host.Log.Read(id.ToString(), 0, 1)).Single().Message.ToArray());
            for (var message = 1; message <= 3; message++)
            {
                Assert.True(await _host.Log.TryAppend(id.ToString(), message + 1, Message(message)));
                Take(other, Message(message));
            }

            await Save(id, other.Save(4));
            await _host.Log.Settle(id.ToString(), 4);
        }

        for (var message = 4; message < 4 + messagesAfterIt; message++)
            Assert.True(await _host.Log.TryAppend(id.ToString(), message + 1, Message(message)));
        await Post(4 + messagesAfterIt);

        await _host.Services.GetRequiredService<OutputPump>().Flush(Stop);
        var book = new OutputBook();
        foreach (var message in _host.Outputs.Messages)
            book.Add(message.Outputs.Span);
        for (var stream = 0; stream < Streams; stream++)
        {
            var alone = Activity.Alone(_model, stream, (5 + messagesAfterIt) * SamplesAMessage);
            Assert.Equal([.. alone[..SamplesAMessage], .. alone[(4 * SamplesAMessage)..]], book.Of(stream));
        }
    }

    private static byte[] Message(int number) => Activity.Message(
        [.. Enumerable.Range(0, Streams).Select(stream => (stream, (long)number * SamplesAMessage, SamplesAMessage))]);

    private static void Take(ShardEngine engine, byte[] message)
    {
        engine.Take(message);
        engine.Flush(new ArrayBufferWriter<byte>(), []);
    }

    private async Task Post(int message)
    {
        using var client = _host.Client("acme");
        await TestHost.Json(await client.PostAsync("/v1/samples/owned", new ByteArrayContent(Message(message)), Stop));
    }

    private async Task Save(ShardId id, byte[] snapshot)
    {
        var storage = _host.Services.GetRequiredKeyedService<IGrainStorage>(StorageNames.Raw);
        var grain = _host.Services.GetRequiredService<IGrainFactory>().GetGrain<IShardGrain>(id.ToString()).GetGrainId();
        var state = new GrainState<RawState>();
        await storage.ReadStateAsync("shard", grain, state);
        state.State = new RawState { Bytes = snapshot };
        await storage.WriteStateAsync("shard", grain, state);
    }
}
