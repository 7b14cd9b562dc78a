namespace EdgeSeq.Fuzz.Tests.Mutation;

/// <summary>Damage that knows nothing of the format.</summary>
internal static class ByteMutations
{
    private static readonly byte[] Interesting = [0, 1, 0x7F, 0x80, 0xFF, (byte)'"', (byte)'\n', (byte)'-', (byte)'9'];

    /// <summary>One to four of: a flipped bit, another byte, a few bytes removed, repeated, or filled, the end cut off.</summary>
    public static byte[] Damage(byte[] sound, Random random)
    {
        var bytes = sound.ToList();
        for (var count = random.Next(1, 5); count > 0 && bytes.Count > 0; count--)
            DamageOnce(bytes, random);
        return [.. bytes];
    }

    private static void DamageOnce(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count);
        var length = Math.Min(random.Next(1, 9), bytes.Count - at);
        switch (random.Next(6))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = Interesting[random.Next(Interesting.Length)];
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                break;
            case 4:
                var filler = Interesting[random.Next(Interesting.Length)];
                for (var i = 0; i < length; i++)
                    bytes[at + i] = filler;
                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }
}
