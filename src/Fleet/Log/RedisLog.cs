using StackExchange.Redis;

namespace EdgeSeq.Fleet.Log;

/// <summary>The log in Redis, a stream a shard; the entry's id is <c>POSITION-0</c>, and Redis itself refuses one that is not above the
/// last. A shard's place in its log is part of its snapshot, so that both change at once. The stream's consumer group <c>shard</c> shows
/// the place to others: it stands where the last snapshot does, so its lag is what a shard that comes up replays. Nobody reads through the
/// group, for of two owners each would be given only a part.</summary>
public sealed class RedisLog(IConnectionMultiplexer redis, string prefix) : IShardLog
{
    private const string Group = "shard";
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

    public async Task Open(string shard, long place)
    {
        try
        {
            await Database.ExecuteAsync("XGROUP", "CREATE", Key(shard), Group, $"{place}-0", "MKSTREAM", "ENTRIESREAD", place)
                .ConfigureAwait(false);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
            // It is there already.
        }
    }

    public async Task<long> Last(string shard) =>
        PositionOf((await Database.StreamInfoAsync(Key(shard)).ConfigureAwait(false)).LastGeneratedId);

    public async Task Settle(string shard, long upTo)
    {
        try
        {
            await Database.ExecuteAsync("XGROUP", "SETID", Key(shard), Group, $"{upTo}-0", "ENTRIESREAD", upTo).ConfigureAwait(false);
        }
        catch (RedisServerException)
        {
            // Redis has lost the stream, or someone the group.
            await Open(shard, upTo).ConfigureAwait(false);
        }

        await Database.ExecuteAsync("XTRIM", Key(shard), "MINID", $"{upTo + 1}-0").ConfigureAwait(false);
    }

    private static long PositionOf(RedisValue id)
    {
        var text = id.ToString();
        return long.Parse(text.AsSpan(0, text.IndexOf('-', StringComparison.Ordinal)), System.Globalization.CultureInfo.InvariantCulture);
    }

    private RedisKey Key(string shard) => $"{prefix}:log:{shard}";
}
