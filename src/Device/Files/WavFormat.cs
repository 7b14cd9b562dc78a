using System.Buffers.Binary;
using System.Text;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Files;

/// <summary>What the header of a RIFF/WAVE file says about the samples that follow it.</summary>
/// <param name="IsFloat">IEEE floats instead of whole numbers.</param>
/// <param name="SampleBytes">Bytes of one sample.</param>
/// <param name="RateHz">Samples a second.</param>
/// <param name="Count">Samples in all, null where the writer left the length open.</param>
internal sealed record WavFormat(bool IsFloat, int SampleBytes, int RateHz, long? Count)
{
    private const int ChunkHeaderBytes = 8;
    private const int FormatBytes = 16;
    private const int ExtensibleBytes = 26;
    private const ushort Pcm = 1;
    private const ushort IeeeFloat = 3;
    private const ushort Extensible = 0xFFFE;

    /// <summary>Reads up to the first sample.</summary>
    /// <param name="bytes">The file from its start.</param>
    /// <param name="fileBytes">Length of the file, null where it is not known.</param>
    /// <param name="file">Name for messages.</param>
    /// <exception cref="EdgeSeqException">ES0301 where the file is no sound WAV file, ES0302 for one that is not mono PCM or
    /// float.</exception>
    public static WavFormat Read(ByteReader bytes, long? fileBytes, string file)
    {
        Span<byte> header = stackalloc byte[12];
        if (bytes.Read(header) < header.Length || !header.StartsWith("RIFF"u8) || !header[8..].SequenceEqual("WAVE"u8))
            throw WrongKind.Instead(file, header, "a WAV file", "wav") ?? Malformed(file, "does not start as a WAV file (RIFF, WAVE)");

        WavFormat? format = null;
        long offset = header.Length;
        Span<byte> chunk = stackalloc byte[ChunkHeaderBytes];
        while (bytes.Read(chunk) == chunk.Length)
        {
            offset += chunk.Length;
            long length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk.StartsWith("data"u8))
                return (format ?? throw Malformed(file, "has its data before its format")).WithData(length, fileBytes - offset, file);
            if (chunk.StartsWith("fmt "u8))
            {
                format = ReadFormat(bytes, length, file);
                offset += FormatLength(length);
                length -= FormatLength(length);
            }

            // Chunks are padded to an even length.
            var skip = length + (length & 1);
            if (!bytes.Skip(skip))
                throw Malformed(file, $"ends inside the chunk '{Encoding.Latin1.GetString(chunk[..4])}' at offset {offset}");
            offset += skip;
        }

        throw Malformed(file, "has no data chunk");
    }

    private static int FormatLength(long chunkLength) => (int)Math.Min(chunkLength, ExtensibleBytes);

    private static WavFormat ReadFormat(ByteReader bytes, long length, string file)
    {
        Span<byte> format = stackalloc byte[ExtensibleBytes];
        format = format[..FormatLength(length)];
        if (length < FormatBytes || bytes.Read(format) < format.Length)
            throw Malformed(file, "has a format chunk that is too short");

        var kind = BinaryPrimitives.ReadUInt16LittleEndian(format);
        var channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        if (kind == Extensible && format.Length == ExtensibleBytes)
            kind = BinaryPrimitives.ReadUInt16LittleEndian(format[24..]);
        if (channels != 1)
            throw Unsupported(file, $"has {channels} channels, one is needed", $"take one channel: sox {file} mono.wav remix 1");
        if (rate is 0 or > int.MaxValue)
            throw Malformed(file, $"has a sample rate of {rate} Hz");
        return (kind, bits) switch
        {
            (Pcm, 8 or 16 or 24 or 32) => new WavFormat(false, bits / 8, (int)rate, null),
            (IeeeFloat, 32 or 64) => new WavFormat(true, bits / 8, (int)rate, null),
            _ => throw Unsupported(file, $"holds {bits}-bit samples of format {kind}",
                $"make it 16-bit PCM: sox {file} -b 16 -e signed pcm.wav"),
        };
    }

    /// <summary>Writers to a pipe leave 0 or the largest number as the length: then the data goes on to the end of the file.</summary>
    private WavFormat WithData(long length, long? available, string file)
    {
        if (length is 0 or uint.MaxValue)
            return this with { Count = available / SampleBytes };
        if (available < length)
            throw Malformed(file, $"has {available} bytes of data, its header says {length}");
        return this with { Count = length / SampleBytes };
    }

    private static EdgeSeqException Malformed(string file, string problem) => new(ErrorCodes.RecordingMalformed, $"{file} {problem}");

    private static EdgeSeqException Unsupported(string file, string problem, string hint) =>
        new(ErrorCodes.RecordingUnsupported, $"{file} {problem}", hint);
}
