using EdgeSeq.Fleet.Log;
using EdgeSeq.Fleet.Tests.Fixtures;
using EdgeSeq.Fleet.Tests.Log;
using EdgeSeq.FleetTrials.Servers;
using StackExchange.Redis;

namespace EdgeSeq.Fleet.Tests.Native;

/// <summary>The log in a real Redis.</summary>
public sealed class RedisLogTests : IAsyncDisposable
{
    private const string Shard = "acme/pumps/3/abc";
    private readonly RedisServer _redis = new();

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    [NativeFact]
    public async Task It_keeps_what_a_log_promises()
    {
        await using var connection = await Connect();
        await LogRules.Check(new RedisLog(connection, "test"));
    }

    [NativeFact]
    public async Task The_lag_of_the_consumer_group_is_what_a_shard_would_replay()
    {
        await using var connection = await Connect();
        var log = new RedisLog(connection, "test");
        await log.Open(Shard, 0);
        for (var position = 1L; position <= 9; position++)
            await log.TryAppend(Shard, position, LogRules.Message(position));
        Assert.Equal(9, await Lag(connection));
        await log.Settle(Shard, 7);
        Assert.Equal(2, await Lag(connection));
        Assert.Equal(2, (await log.Read(Shard, 7, 10)).Count);
    }

    [NativeFact]
    public async Task A_stream_that_Redis_has_lost_begins_again_where_the_snapshot_stands()
    {
        await using var connection = await Connect();
        var log = new RedisLog(connection, "test");
        await log.Open(Shard, 0);
        await log.TryAppend(Shard, 1, LogRules.Message(1));
        await connection.GetDatabase().KeyDeleteAsync($"test:log:{Shard}");
        await log.Settle(Shard, 1);
        await log.Open(Shard, 0);
        Assert.True(await log.TryAppend(Shard, 2, LogRules.Message(2)));
        Assert.Equal([2L], (await log.Read(Shard, 1, 10)).Select(entry => entry.Position));
    }

    private static async Task<long?> Lag(ConnectionMultiplexer connection) =>
        Assert.Single(await connection.GetDatabase().StreamGroupInfoAsync($"test:log:{Shard}")).Lag;

    private async Task<ConnectionMultiplexer> Connect()
    {
        await _redis.Start();
        return await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_redis.Port}");
    }
}
