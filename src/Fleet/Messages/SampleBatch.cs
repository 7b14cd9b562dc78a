using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Fleet.Messages;

/// <summary>The binary form of samples: <c>ESF1</c>, then blocks until the end. A block is, little-endian: u8 bytes of the stream's name,
/// u8 flags (1 resets), u16 samples, u32 bytes of the values, i64 sequence, i64 time, u32 interval; the name; the values.</summary>
public static class SampleBatch
{
    /// <summary>Most bytes of a stream's name.</summary>
    public const int MaxName = 64;

    /// <summary>Most bytes of a message.</summary>
    public const int MaxBytes = 1 << 20;

    internal const int HeaderBytes = 28;
    internal const byte ResetFlag = 1;

    /// <summary>Sequence numbers are below this: no sum of two overflows.</summary>
    internal const long MaxSequence = 1L << 62;

    public static ReadOnlySpan<byte> Magic => "ESF1"u8;

    public static void Begin(IBufferWriter<byte> writer) => writer.Write(Magic);

    public static void Add(IBufferWriter<byte> writer, in SampleBlock block)
    {
        var header = writer.GetSpan(HeaderBytes);
        header[0] = (byte)block.Stream.Length;
        header[1] = block.Resets ? ResetFlag : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], checked((ushort)block.Count));
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], block.Values.Length);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], block.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], block.Time);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], block.Interval);
        writer.Advance(HeaderBytes);
        writer.Write(block.Stream);
        writer.Write(block.Values);
    }

    /// <summary>Walks the blocks of a message.</summary>
    /// <exception cref="EdgeSeqException">ES0301 where it does not start as a message.</exception>
    public static Reader Read(ReadOnlySpan<byte> message) => message.StartsWith(Magic) ? new Reader(message[Magic.Length..])
        : throw Malformed("it does not start with ESF1");

    /// <summary>Walks a message to its end; how many blocks it has.</summary>
    /// <exception cref="EdgeSeqException">ES0301.</exception>
    public static int Verify(ReadOnlySpan<byte> message)
    {
        var reader = Read(message);
        var blocks = 0;
        while (reader.Next(out _))
            blocks++;
        return blocks;
    }

    internal static EdgeSeqException Malformed(string problem) => new(
        ErrorCodes.RecordingMalformed, $"the message is malformed: {problem}", "docs/fleet.md describes the form of messages");

    /// <summary>Blocks from first to last.</summary>
    public ref struct Reader(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        /// <exception cref="EdgeSeqException">ES0301 where the block is cut short or a number is out of range.</exception>
        public bool Next(out SampleBlock block)
        {
            block = default;
            if (_rest.IsEmpty)
                return false;
            if (_rest.Length < HeaderBytes)
                throw Malformed("it ends inside a block");
            var name = (int)_rest[0];
            var values = BinaryPrimitives.ReadUInt32LittleEndian(_rest[4..]);
            var sequence = BinaryPrimitives.ReadInt64LittleEndian(_rest[8..]);
            var count = BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]);
            if (name is 0 or > MaxName || _rest[1] > ResetFlag || sequence is < 0 or >= MaxSequence)
                throw Malformed($"a block's name has {name} bytes (1 to {MaxName}), its flags are {_rest[1]}, its sequence {sequence}");
            if (HeaderBytes + name + (long)values > _rest.Length)
                throw Malformed("it ends inside a block");
            if (!Utf8.IsValid(_rest.Slice(HeaderBytes, name)))
                throw Malformed("a block's name is not UTF-8");
            block = new SampleBlock
            {
                Stream = _rest.Slice(HeaderBytes, name),
                Sequence = sequence,
                Time = BinaryPrimitives.ReadInt64LittleEndian(_rest[16..]),
                Interval = BinaryPrimitives.ReadUInt32LittleEndian(_rest[24..]),
                Count = count,
                Resets = _rest[1] == ResetFlag,
                Values = _rest.Slice(HeaderBytes + name, (int)values),
            };
            _rest = _rest[(HeaderBytes + name + (int)values)..];
            return true;
        }
    }
}
