using System.Buffers;
using System.Text;
using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Fleet.Observers;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Utilities;

namespace EdgeSeq.Fleet.Shards;

/// <summary>Who watches which stream of a shard.</summary>
internal sealed class StreamWatchers(ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, ObserverManager<IStreamWatcher>> _byStream = new(StringComparer.Ordinal);

    public void Add(string stream, IStreamWatcher watcher)
    {
        if (!_byStream.TryGetValue(stream, out var watchers))
            _byStream[stream] = watchers = new ObserverManager<IStreamWatcher>(Patience, logger);
        watchers.Subscribe(watcher, watcher);
    }

    public void Remove(string stream, IStreamWatcher watcher)
    {
        if (_byStream.TryGetValue(stream, out var watchers))
            watchers.Unsubscribe(watcher);
    }

    /// <summary>Tells the watchers what their streams took and gave.</summary>
    public void Tell(ReadOnlyMemory<byte> samples, ReadOnlyMemory<byte> outputs, IReadOnlyList<StreamEvent> events)
    {
        foreach (var (stream, watchers) in _byStream)
        {
            watchers.ClearExpired();
            if (watchers.Count == 0)
            {
                _byStream.Remove(stream);
                continue;
            }

            var name = Encoding.UTF8.GetBytes(stream);
            var taken = new Immutable<byte[]>(SamplesOf(name, samples.Span));
            var given = new Immutable<byte[]>(OutputsOf(name, outputs.Span));
            var told = new Immutable<byte[][]>([.. events.Where(each => each.Stream == stream).Select(each => each.Json)]);
            if (taken.Value.Length > SampleBatch.Magic.Length)
                watchers.Notify(watcher => watcher.See(taken, given, told));
        }
    }

    private static byte[] SamplesOf(byte[] name, ReadOnlySpan<byte> message)
    {
        var writer = new ArrayBufferWriter<byte>();
        SampleBatch.Begin(writer);
        var reader = SampleBatch.Read(message);
        while (reader.Next(out var block))
        {
            if (block.Stream.SequenceEqual(name))
                SampleBatch.Add(writer, block);
        }

        return writer.WrittenSpan.ToArray();
    }

    private static byte[] OutputsOf(byte[] name, ReadOnlySpan<byte> message)
    {
        var writer = new ArrayBufferWriter<byte>();
        OutputBatch.Begin(writer);
        var reader = OutputBatch.Read(message);
        while (reader.Next(out var block))
        {
            if (block.Stream.SequenceEqual(name))
                OutputBatch.Add(writer, block.Stream, block.Output, block.Count, block.Records);
        }

        return writer.WrittenSpan.ToArray();
    }
}
