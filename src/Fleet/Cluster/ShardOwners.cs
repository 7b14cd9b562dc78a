using System.IO.Hashing;
using System.Text;

namespace EdgeSeq.Fleet.Cluster;

/// <summary>Which silo a shard falls to: the one whose hash with the shard's name is highest (rendezvous hashing). Where a silo comes or
/// goes, only its own shards move.</summary>
internal static class ShardOwners
{
    /// <returns>Null where there is no silo.</returns>
    public static SiloAddress? OwnerOf(string shard, IReadOnlyList<SiloAddress> silos) =>
        silos.MaxBy(silo => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{silo.ToParsableString()}|{shard}")));
}
