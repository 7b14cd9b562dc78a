using System.Buffers.Binary;

namespace EdgeSeq.Fleet.Tests.Fixtures;

/// <summary>Other program files.</summary>
internal static class OtherPrograms
{
    private const int Padding = 64;

    /// <summary>The same program in a file of other bytes: its header ends in spaces.</summary>
    public static byte[] Padded(byte[] file)
    {
        var header = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var padded = new byte[file.Length + Padding];
        BinaryPrimitives.WriteInt64LittleEndian(padded, header + Padding);
        file.AsSpan(sizeof(long), header).CopyTo(padded.AsSpan(sizeof(long)));
        padded.AsSpan(sizeof(long) + header, Padding).Fill((byte)' ');
        file.AsSpan(sizeof(long) + header).CopyTo(padded.AsSpan(sizeof(long) + header + Padding));
        return padded;
    }
}
