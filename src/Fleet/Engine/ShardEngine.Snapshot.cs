using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Fleet.Engine;

/// <content>The state of all streams as bytes: magic, version, place in the log, streams, CRC-32.</content>
internal sealed partial class ShardEngine
{
    private const int SnapshotVersion = 1;
    private const int ChecksumBytes = sizeof(uint);

    private static ReadOnlySpan<byte> SnapshotMagic => "EDGESEQF"u8;

    /// <summary>What the streams carry.</summary>
    /// <param name="position">Number of the last message of the log that was taken.</param>
    public byte[] Save(long position)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(SnapshotMagic);
        writer.Write(SnapshotVersion);
        writer.Write(position);
        writer.Write(RefusedBlocks);
        writer.Write(_slots.Count);
        for (var i = 0; i < _slots.Count; i++)
            Save(writer, bytes, _slots[i], _group[i]);
        writer.Flush();
        writer.Write(Crc32.HashToUInt32(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>The place in the log of a snapshot; 0 where it is none.</summary>
    public static long PositionOf(ReadOnlySpan<byte> snapshot)
    {
        var at = SnapshotMagic.Length + sizeof(int);
        return snapshot.Length < at + sizeof(long) ? 0 : BinaryPrimitives.ReadInt64LittleEndian(snapshot[at..]);
    }

    /// <summary>Goes on from what <see cref="Save(long)"/> gave; for an engine that has no streams yet.</summary>
    /// <returns>The place in the log.</returns>
    /// <exception cref="EdgeSeqException">ES0350 to ES0352.</exception>
    public long Restore(byte[] snapshot)
    {
        if (!snapshot.AsSpan().StartsWith(SnapshotMagic) || snapshot.Length < SnapshotMagic.Length + ChecksumBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(snapshot.AsSpan(snapshot.Length - ChecksumBytes))
                != Crc32.HashToUInt32(snapshot.AsSpan(0, snapshot.Length - ChecksumBytes)))
        {
            throw Invalid("it does not start with EDGESEQF, or its content differs from its checksum");
        }

        using var bytes = new MemoryStream(snapshot, 0, snapshot.Length - ChecksumBytes, writable: false);
        using var reader = new BinaryReader(bytes, Encoding.UTF8);
        try
        {
            return Restore(reader, bytes);
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException or FormatException)
        {
            throw Invalid("its parts do not fit");
        }
    }

    private static void Save(BinaryWriter writer, MemoryStream bytes, StreamSlot slot, Session session)
    {
        writer.Write(slot.Name);
        writer.Write(slot.Window.Next);
        writer.Write(slot.Window.Seen);
        writer.Write(slot.LastTime);
        writer.Write(slot.HasStopped);
        writer.Write(slot.LastEvent ?? "");
        writer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<StreamCounters>(in slot.Counters)));
        writer.Flush();
        session.Save(bytes);
        slot.Decisions?.VisitState(part => bytes.Write(part));
    }

    private long Restore(BinaryReader reader, MemoryStream bytes)
    {
        bytes.Position = SnapshotMagic.Length;
        var version = reader.ReadInt32();
        if (version != SnapshotVersion)
            throw Invalid($"version {version}, this EdgeSeq reads {SnapshotVersion}");
        var position = reader.ReadInt64();
        RefusedBlocks = reader.ReadInt64();
        var count = reader.ReadInt32();
        if (count is < 0 or > ShardSettings.MaxStreams)
            throw Invalid($"{count} streams");
        for (var i = 0; i < count; i++)
            RestoreSlot(reader, bytes);
        return bytes.Position == bytes.Length ? position : throw Invalid("its parts do not fit");
    }

    private void RestoreSlot(BinaryReader reader, MemoryStream bytes)
    {
        var name = reader.ReadString();
        var index = AddSlot(name, Encoding.UTF8.GetBytes(name));
        var slot = _slots[index];
        slot.Window.Next = reader.ReadInt64();
        slot.Window.Seen = reader.ReadUInt64();
        slot.LastTime = reader.ReadInt64();
        slot.HasStopped = reader.ReadBoolean();
        slot.LastEvent = reader.ReadString() is { Length: > 0 } last ? last : null;
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(new Span<StreamCounters>(ref slot.Counters)));
        _group[index].Restore(bytes);
        slot.Decisions?.VisitState(bytes.ReadExactly);
    }

    private static EdgeSeqException Invalid(string problem) => new(
        ErrorCodes.SnapshotInvalid, "the shard's snapshot is not usable: " + problem, "delete it: the shard then replays its log");
}
