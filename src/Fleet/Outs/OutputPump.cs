using System.Threading.Channels;
using EdgeSeq.Fleet.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSeq.Fleet.Outs;

/// <summary>Hands what shards give to every output, in order, several messages under way at once. Each output has a queue of its own and
/// repeats what fails; a full queue holds the shards up, so that memory stays bounded and nothing is dropped.</summary>
public sealed partial class OutputPump(IEnumerable<IOutput> outputs, FleetMetrics metrics, ILogger<OutputPump> log) : BackgroundService
{
    /// <summary>Messages that an output's queue holds.</summary>
    internal const int MostWaiting = 1024;

    private const int UnderWay = 32;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);

    private readonly Lane[] _lanes = [.. outputs.Select(output => new Lane(output))];

    /// <summary>Messages that wait or are under way.</summary>
    public long Waiting => _lanes.Sum(lane => lane.Waiting);

    /// <summary>Takes a message; waits while an output's queue is full.</summary>
    public async ValueTask Publish(OutputMessage message)
    {
        foreach (var lane in _lanes)
        {
            Interlocked.Increment(ref lane.Waiting);
            await lane.Queue.Writer.WriteAsync(new Item(message, null)).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until all that was published before is delivered.</summary>
    public async Task Flush(CancellationToken stop = default)
    {
        foreach (var lane in _lanes)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await lane.Queue.Writer.WriteAsync(new Item(null, done), stop).ConfigureAwait(false);
            await done.Task.WaitAsync(stop).ConfigureAwait(false);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_lanes.Select(lane => Task.Run(() => Work(lane, stoppingToken), CancellationToken.None)));

    private async Task Work(Lane lane, CancellationToken stop)
    {
        var underWay = new Queue<Task>();
        try
        {
            await foreach (var item in lane.Queue.Reader.ReadAllAsync(stop).ConfigureAwait(false))
            {
                while (underWay.Count > 0 && (item.Flushed is not null || underWay.Count >= UnderWay || underWay.Peek().IsCompleted))
                    await underWay.Dequeue().ConfigureAwait(false);
                if (item.Message is { } message)
                    underWay.Enqueue(Deliver(lane, message, stop));
                else
                    item.Flushed!.TrySetResult();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was not delivered is given again from the log.
        }
    }

    private async Task Deliver(Lane lane, OutputMessage message, CancellationToken stop)
    {
        for (var hasFailed = false; ; hasFailed = true)
        {
            try
            {
                await lane.Output.Deliver(message, stop).ConfigureAwait(false);
                Interlocked.Decrement(ref lane.Waiting);
                return;
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                metrics.OutputRetried(lane.Output.Name);
                if (!hasFailed)
                    LogFailed(lane.Output.Name, message.Shard.ToString(), e.Message);
                await Task.Delay(Pause, stop).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Output}: outputs of shard {Shard} are not delivered and are tried again: {Reason}")]
    private partial void LogFailed(string output, string shard, string reason);

    private readonly record struct Item(OutputMessage? Message, TaskCompletionSource? Flushed);

    private sealed class Lane(IOutput output)
    {
        public long Waiting;

        public IOutput Output { get; } = output;

        public Channel<Item> Queue { get; } = Channel.CreateBounded<Item>(MostWaiting);
    }
}
