using System.Globalization;
using System.IO.Hashing;

namespace EdgeSeq.Fleet.Engine;

/// <summary>Which shard: the streams of a deployment whose names fall on this number, and that run this program.</summary>
/// <param name="Program">The program's content hash.</param>
public readonly record struct ShardId(string Tenant, string Deployment, int Number, string Program)
{
    /// <summary>The shard of a stream: XXH32 of its name in UTF-8, modulo the number of shards.</summary>
    public static int NumberOf(ReadOnlySpan<byte> stream, int shards) => (int)(XxHash32.HashToUInt32(stream) % (uint)shards);

    public static ShardId Parse(string key)
    {
        var parts = key.Split('/');
        return new ShardId(parts[0], parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture), parts[3]);
    }

    /// <summary>As grains and logs are named.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Tenant}/{Deployment}/{Number}/{Program}");
}
