using StackExchange.Redis;

namespace EdgeSeq.Fleet.Log;

/// <summary>The log in Redis, a stream a shard; the entry's id is <c>POSITION-0</c>, and Redis itself refuses one that is not above the
/// last. There is no consumer group: a shard's place in its log is part of its snapshot, so that both change at once.</summary>
public sealed class RedisLog(IConnectionMultiplexer redis, string prefix) : IShardLog
{
    private static readonly RedisValue Field = "m";

    private IDatabase Database => redis.GetDatabase();

    public async Task<bool> TryAppend(string shard, long position, ReadOnlyMemory<byte> message)
    {
        try
        {
            await Database.StreamAddAsync(Key(shard), Field, message, $"{position}-0").ConfigureAwait(false);
            return true;
        }
        catch (RedisServerException e) when (e.Message.Contains("equal or smaller", StringComparison.Ordinal))
        {
            return false;
        }
    }

    public async Task<IReadOnlyList<LogEntry>> Read(string shard, long after, int most)
    {
        var entries = await Database.StreamReadAsync(Key(shard), $"{after}-0", most).ConfigureAwait(false);
        return [.. entries.Select(entry => new LogEntry(PositionOf(entry.Id), (byte[])entry[Field]!))];
    }

    public Task Trim(string shard, long upTo) => Database.ExecuteAsync("XTRIM", Key(shard), "MINID", $"{upTo + 1}-0");

    private static long PositionOf(RedisValue id)
    {
        var text = id.ToString();
        return long.Parse(text.AsSpan(0, text.IndexOf('-', StringComparison.Ordinal)), System.Globalization.CultureInfo.InvariantCulture);
    }

    private RedisKey Key(string shard) => $"{prefix}:log:{shard}";
}
