using System.Buffers;
using System.Buffers.Binary;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Fleet.Messages;

/// <summary>The binary form of outputs: <c>ESO1</c>, then blocks until the end. A block is, little-endian: u8 bytes of the stream's name,
/// u8 index of the output, u16 records, u32 bytes of the records; the name; the records: i64 sequence and i64 time of the sample that
/// gave the output, and its values.</summary>
public static class OutputBatch
{
    internal const int RecordHeaderBytes = 16;
    private const int HeaderBytes = 8;

    public static ReadOnlySpan<byte> Magic => "ESO1"u8;

    public static void Begin(IBufferWriter<byte> writer) => writer.Write(Magic);

    public static void Add(IBufferWriter<byte> writer, ReadOnlySpan<byte> stream, int output, int count, ReadOnlySpan<byte> records)
    {
        var header = writer.GetSpan(HeaderBytes);
        header[0] = (byte)stream.Length;
        header[1] = (byte)output;
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], checked((ushort)count));
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], records.Length);
        writer.Advance(HeaderBytes);
        writer.Write(stream);
        writer.Write(records);
    }

    /// <summary>Walks the blocks of a message.</summary>
    /// <exception cref="EdgeSeqException">ES0301 where it does not start as a message.</exception>
    public static Reader Read(ReadOnlySpan<byte> message) => message.StartsWith(Magic) ? new Reader(message[Magic.Length..])
        : throw SampleBatch.Malformed("it does not start with ESO1");

    /// <summary>Outputs of one stream in a row.</summary>
    public readonly ref struct Block
    {
        /// <summary>The stream's name in UTF-8.</summary>
        public required ReadOnlySpan<byte> Stream { get; init; }

        /// <summary>Index of the output in the program.</summary>
        public required int Output { get; init; }

        public required int Count { get; init; }

        public required ReadOnlySpan<byte> Records { get; init; }

        /// <summary>Number of the sample that gave the output.</summary>
        public long Sequence(int record) => BinaryPrimitives.ReadInt64LittleEndian(Record(record));

        /// <summary>When that sample was taken, in microseconds since 1970 (UTC).</summary>
        public long Time(int record) => BinaryPrimitives.ReadInt64LittleEndian(Record(record)[sizeof(long)..]);

        /// <summary>Float or long, as the program says.</summary>
        public ReadOnlySpan<byte> Values(int record) => Record(record)[RecordHeaderBytes..];

        private ReadOnlySpan<byte> Record(int record) => Records.Slice(record * (Records.Length / Count), Records.Length / Count);
    }

    /// <summary>Blocks from first to last.</summary>
    public ref struct Reader(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        /// <exception cref="EdgeSeqException">ES0301 where the block is cut short.</exception>
        public bool Next(out Block block)
        {
            block = default;
            if (_rest.IsEmpty)
                return false;
            var name = (int)_rest[0];
            var bytes = _rest.Length < HeaderBytes ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(_rest[4..]);
            var count = _rest.Length < HeaderBytes ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]);
            if (HeaderBytes + name + (long)bytes > _rest.Length || count == 0 || bytes % count != 0 || bytes / count < RecordHeaderBytes)
                throw SampleBatch.Malformed("it ends inside a block, or a block's records do not fit its length");
            block = new Block
            {
                Stream = _rest.Slice(HeaderBytes, name),
                Output = _rest[1],
                Count = count,
                Records = _rest.Slice(HeaderBytes + name, (int)bytes),
            };
            _rest = _rest[(HeaderBytes + name + (int)bytes)..];
            return true;
        }
    }
}
