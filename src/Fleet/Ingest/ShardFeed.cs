using System.Threading.Channels;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Fleet.Shards;
using EdgeSeq.Fleet.Telemetry;
using EdgeSeq.Runtime.Errors;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace EdgeSeq.Fleet.Ingest;

/// <summary>The way from this silo to a shard: a bounded queue, whose messages go in one call as far as they have gathered, and are sent
/// again until the shard has them. A call that timed out may have been done: the sequence numbers tell.</summary>
internal sealed partial class ShardFeed : IAsyncDisposable
{
    private const int MostWaiting = 256;
    private const int MostMessages = 32;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly IShardGrain _shard;
    private readonly FleetMetrics _metrics;
    private readonly ILogger _log;
    private readonly Channel<Item> _queue = Channel.CreateBounded<Item>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    public ShardFeed(IShardGrain shard, FleetMetrics metrics, ILogger log)
    {
        _log = log;
        _shard = shard;
        _metrics = metrics;
        _work = Task.Run(Work);
    }

    /// <summary>Takes blocks, without the start of a message; waits while the queue is full.</summary>
    /// <returns>The task of their way to the log; it fails with what the shard refuses for good.</returns>
    public async ValueTask<Task<TakeResult>> Enqueue(ReadOnlyMemory<byte> blocks, long received, CancellationToken cancellation)
    {
        var item = new Item(blocks, received);
        await _queue.Writer.WriteAsync(item, cancellation).ConfigureAwait(false);
        return item.Done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task Work()
    {
        var items = new List<Item>();
        try
        {
            while (await _queue.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
            {
                Gather(items);
                await Deliver(items).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out var item))
                items.Add(item);
            foreach (var item in items)
                item.Done.TrySetCanceled();
        }
    }

    private void Gather(List<Item> items)
    {
        items.Clear();
        var bytes = 0;
        while (items.Count < MostMessages && _queue.Reader.TryPeek(out var next)
            && (items.Count == 0 || bytes + next.Blocks.Length < SampleBatch.MaxBytes) && _queue.Reader.TryRead(out next))
        {
            items.Add(next);
            bytes += next.Blocks.Length;
        }
    }

    private async Task Deliver(List<Item> items)
    {
        var message = new Immutable<byte[]>(Join(items));
        for (var pause = FirstPause; ; pause = pause < LongestPause ? 2 * pause : LongestPause)
        {
            try
            {
                var result = await _shard.Take(message, items[0].Received).ConfigureAwait(false);
                foreach (var item in items)
                    item.Done.TrySetResult(result);
                return;
            }
            catch (EdgeSeqException e)
            {
                foreach (var item in items)
                    item.Done.TrySetException(e);
                return;
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                // A silo has died, the log is away: the shard comes up again, and takes it then.
                _metrics.InputRetried();
                if (pause == FirstPause)
                    LogRetried(_shard.GetPrimaryKeyString(), e.Message);
                await Task.Delay(pause, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    private static byte[] Join(List<Item> items)
    {
        var bytes = new byte[SampleBatch.Magic.Length + items.Sum(item => item.Blocks.Length)];
        SampleBatch.Magic.CopyTo(bytes);
        var at = SampleBatch.Magic.Length;
        foreach (var item in items)
        {
            item.Blocks.Span.CopyTo(bytes.AsSpan(at));
            at += item.Blocks.Length;
        }

        return bytes;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "shard {Shard} does not take samples, and is tried again: {Reason}")]
    private partial void LogRetried(string shard, string reason);

    private sealed class Item(ReadOnlyMemory<byte> blocks, long received)
    {
        public ReadOnlyMemory<byte> Blocks { get; } = blocks;

        public long Received { get; } = received;

        public TaskCompletionSource<TakeResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
