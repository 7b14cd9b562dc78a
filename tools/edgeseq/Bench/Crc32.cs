namespace EdgeSeq.Tool.Bench;

/// <summary>CRC-32 as in zip and PNG (polynomial 0xEDB88320).</summary>
internal sealed class Crc32
{
    private const uint Polynomial = 0xEDB88320;

    private uint _register = uint.MaxValue;

    public uint Value => ~_register;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            _register ^= b;
            for (var bit = 0; bit < 8; bit++)
                _register = (_register >> 1) ^ (Polynomial & (uint)-(int)(_register & 1));
        }
    }
}
