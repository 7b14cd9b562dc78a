using System.Buffers;
using System.Collections.Concurrent;
using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Fleet.Shards;
using EdgeSeq.Fleet.Telemetry;
using EdgeSeq.Fleet.Tenants;
using EdgeSeq.Runtime.Errors;
using Microsoft.Extensions.Logging;

namespace EdgeSeq.Fleet.Ingest;

/// <summary>Brings messages to the shards of their streams, wherever those are. Messages of one sender keep their order as long as it
/// hands them over in order.</summary>
public sealed class Router(IGrainFactory grains, TenantCache tenants, FleetMetrics metrics, ILogger<Router> log) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ShardId, ShardFeed> _feeds = new();

    private FleetMetrics Metrics => metrics;

    private ILogger Log => log;

    /// <summary>Verifies a message and brings its blocks to their shards.</summary>
    /// <returns>What became of the samples, once they are in the logs.</returns>
    /// <exception cref="EdgeSeqException">As <see cref="Enqueue"/>.</exception>
    public async Task<TakeResult> Send(
        string tenant, string deployment, ReadOnlyMemory<byte> message, CancellationToken cancellation = default) =>
        await (await Enqueue(tenant, deployment, message, cancellation).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>Verifies a message and puts its blocks into the queues of their shards; waits while one of them is full.</summary>
    /// <returns>The task of their way from there to the logs.</returns>
    /// <exception cref="EdgeSeqException">ES0301 where the message is malformed or its samples are not the program's, ES0601 where there is
    /// no such deployment; nothing of it was taken then.</exception>
    public async ValueTask<Task<TakeResult>> Enqueue(
        string tenant, string deployment, ReadOnlyMemory<byte> message, CancellationToken cancellation = default)
    {
        var (record, target) = await tenants.Find(tenant, deployment).ConfigureAwait(false);
        var received = Clock.Now();
        var parts = Split(tenant, record, target, message);
        var tasks = new Task<TakeResult>[parts.Count];
        for (var i = 0; i < tasks.Length; i++)
            tasks[i] = await Feed(parts[i].Shard).Enqueue(parts[i].Blocks, received, cancellation).ConfigureAwait(false);
        return tasks.Length == 1 ? tasks[0] : Sum(Task.WhenAll(tasks));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var feed in _feeds.Values)
            await feed.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The blocks of each shard; those of a message for one shard are the message's own bytes.</summary>
    private static List<Part> Split(string tenant, Tenant record, Deployment deployment, ReadOnlyMemory<byte> message)
    {
        if (message.Length > SampleBatch.MaxBytes)
            throw SampleBatch.Malformed($"it has {message.Length} bytes, at most {SampleBatch.MaxBytes} are taken");
        ShardId? first = null;
        var isOne = true;
        var reader = SampleBatch.Read(message.Span);
        while (reader.Next(out var block))
        {
            var shard = ShardOf(tenant, record, deployment, block);
            first ??= shard;
            isOne &= first == shard;
        }

        if (first is not { } only)
            return [];
        return isOne ? [new Part(only, message[SampleBatch.Magic.Length..])] : SplitBlocks(tenant, record, deployment, message.Span);
    }

    private static List<Part> SplitBlocks(
        string tenant, Tenant record, Deployment deployment, ReadOnlySpan<byte> message)
    {
        var writers = new Dictionary<ShardId, ArrayBufferWriter<byte>>();
        var reader = SampleBatch.Read(message);
        while (reader.Next(out var block))
        {
            var shard = ShardOf(tenant, record, deployment, block);
            if (!writers.TryGetValue(shard, out var writer))
                writers[shard] = writer = new ArrayBufferWriter<byte>();
            SampleBatch.Add(writer, block);
        }

        return [.. writers.Select(each => new Part(each.Key, each.Value.WrittenMemory))];
    }

    private static ShardId ShardOf(string tenant, Tenant record, Deployment deployment, in SampleBlock block)
    {
        var program = deployment.ProgramOf(block.Stream);
        var bytes = record.FindProgram(program)?.SampleBytes ?? 0;
        if (block.Values.Length != block.Count * (long)bytes)
        {
            throw SampleBatch.Malformed(
                $"a block has {block.Count} samples and {block.Values.Length} bytes of values, the program takes {bytes} bytes a sample");
        }

        return new ShardId(tenant, deployment.Name, ShardId.NumberOf(block.Stream, deployment.Shards), program);
    }

    private static async Task<TakeResult> Sum(Task<TakeResult[]> parts)
    {
        var results = await parts.ConfigureAwait(false);
        var counters = default(StreamCounters);
        foreach (var result in results)
            counters.Add(result.Counters);
        return new TakeResult(0, counters, results.Sum(result => result.RefusedBlocks));
    }

    private ShardFeed Feed(ShardId shard) => _feeds.GetOrAdd(
        shard, static (id, router) => new ShardFeed(router.GrainOf(id), router.Metrics, router.Log), this);

    private IShardGrain GrainOf(ShardId shard) => grains.GetGrain<IShardGrain>(shard.ToString());

    private readonly record struct Part(ShardId Shard, ReadOnlyMemory<byte> Blocks);
}
