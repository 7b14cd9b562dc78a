using System.Text;
using EdgeSeq.Fleet.Log;

namespace EdgeSeq.Fleet.Tests.Log;

/// <summary>What every log must keep.</summary>
internal static class LogRules
{
    private const string Shard = "acme/pumps/3/abc";

    public static async Task Check(IShardLog log)
    {
        await log.Open(Shard, 4);
        foreach (var position in new long[] { 5, 6, 7, 8 })
            Assert.True(await log.TryAppend(Shard, position, Message(position)));
        Assert.False(await log.TryAppend(Shard, 7, Message(0)));
        Assert.Equal([5L, 6, 7, 8], await Positions(log, after: 4));

        await log.Settle(Shard, 6);
        await log.Open(Shard, 0);
        var rest = await log.Read(Shard, 0, 10);
        Assert.Equal([7L, 8], rest.Select(entry => entry.Position));
        Assert.Equal(Message(7), rest[0].Message.ToArray());

        await log.Settle(Shard, 8);
        Assert.Empty(await log.Read(Shard, 0, 10));
        Assert.Equal(8, await log.Last(Shard));
        Assert.False(await log.TryAppend(Shard, 8, Message(0)));
        Assert.True(await log.TryAppend(Shard, 9, Message(9)));
    }

    public static byte[] Message(long position) => Encoding.UTF8.GetBytes($"message {position}");

    private static async Task<IEnumerable<long>> Positions(IShardLog log, long after) =>
        (await log.Read(Shard, after, 10)).Select(entry => entry.Position);
}
