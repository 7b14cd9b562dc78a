using System.Security.Cryptography;

namespace EdgeSeq.Fuzz.Tests.Mutation;

/// <summary>Damages a snapshot; every second one gets a right checksum again.</summary>
internal static class SnapshotMutations
{
    public static byte[] Damage(byte[] sound, Random random)
    {
        var broken = ByteMutations.Damage(sound, random);
        if (random.Next(2) == 0 || broken.Length < SHA256.HashSizeInBytes)
            return broken;
        var content = broken.AsSpan(0, broken.Length - SHA256.HashSizeInBytes);
        SHA256.HashData(content).CopyTo(broken, content.Length);
        return broken;
    }
}
