using System.Collections.Concurrent;

namespace EdgeSeq.Fleet.Log;

/// <summary>The log in this process's memory: silos of one process share it; it ends with the process.</summary>
public sealed class MemoryLog : IShardLog
{
    private readonly ConcurrentDictionary<string, Queue> _shards = new(StringComparer.Ordinal);

    public Task<bool> TryAppend(string shard, long position, ReadOnlyMemory<byte> message)
    {
        var queue = _shards.GetOrAdd(shard, _ => new Queue());
        lock (queue)
        {
            if (position <= queue.Last)
                return Task.FromResult(false);
            queue.Entries.Enqueue(new LogEntry(position, message));
            queue.Last = position;
            return Task.FromResult(true);
        }
    }

    public Task<IReadOnlyList<LogEntry>> Read(string shard, long after, int most)
    {
        if (!_shards.TryGetValue(shard, out var queue))
            return Task.FromResult<IReadOnlyList<LogEntry>>([]);
        lock (queue)
            return Task.FromResult<IReadOnlyList<LogEntry>>([.. queue.Entries.Where(entry => entry.Position > after).Take(most)]);
    }

    public Task Open(string shard, long place)
    {
        _shards.GetOrAdd(shard, _ => new Queue { Last = place });
        return Task.CompletedTask;
    }

    public Task<long> Last(string shard)
    {
        if (!_shards.TryGetValue(shard, out var queue))
            return Task.FromResult(0L);
        lock (queue)
            return Task.FromResult(queue.Last);
    }

    public Task Settle(string shard, long upTo)
    {
        if (!_shards.TryGetValue(shard, out var queue))
            return Task.CompletedTask;
        lock (queue)
        {
            while (queue.Entries.TryPeek(out var entry) && entry.Position <= upTo)
                queue.Entries.Dequeue();
        }

        return Task.CompletedTask;
    }

    private sealed class Queue
    {
        public Queue<LogEntry> Entries { get; } = new();

        public long Last { get; set; }
    }
}
