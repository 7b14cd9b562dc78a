using StackExchange.Redis;

namespace EdgeSeq.Fleet.Outs;

/// <summary>Appends to the Redis streams <c>PREFIX:out:TENANT/DEPLOYMENT</c> (fields <c>shard</c>, <c>outputs</c>)
/// and <c>PREFIX:events:TENANT/DEPLOYMENT</c>
/// (field <c>event</c>), which keep about the last hundred thousand entries for readers and their consumer groups.</summary>
internal sealed class RedisOutput(IConnectionMultiplexer redis, string prefix) : IOutput
{
    private const int Kept = 100_000;

    public string Name => "redis";

    public async Task Deliver(OutputMessage message, CancellationToken cancellation)
    {
        var database = redis.GetDatabase();
        var place = $"{message.Shard.Tenant}/{message.Shard.Deployment}";
        var tasks = new List<Task>(1 + message.Events.Count)
        {
            Add(database, $"{prefix}:out:{place}", [new("shard", message.Shard.ToString()), new("outputs", message.Outputs)]),
        };
        tasks.AddRange(message.Events.Select(each => Add(database, $"{prefix}:events:{place}", [new("event", each.Json)])));
        await Task.WhenAll(tasks).ConfigureAwait(false);
    }

    private static Task<RedisValue> Add(IDatabase database, string key, NameValueEntry[] fields) =>
        database.StreamAddAsync(key, fields, maxLength: Kept, useApproximateMaxLength: true);
}
