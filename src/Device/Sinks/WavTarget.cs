using System.Buffers.Binary;
using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sinks;

/// <summary>A WAV file of 16-bit mono samples, which takes its name when it is complete.</summary>
internal sealed class WavTarget : IAudioTarget
{
    private const int HeaderBytes = 44;
    private const int RiffHeaderBytes = 8;
    private const short Pcm = 1;

    private readonly OutputFile _file;
    private readonly int _rateHz;

    /// <param name="rateHz">Samples a second.</param>
    /// <exception cref="EdgeSeqException">ES0603.</exception>
    public WavTarget(string path, int rateHz)
    {
        _rateHz = rateHz;
        _file = new OutputFile(path);
        _file.Stream.Write(new byte[HeaderBytes]);
    }

    public void Append(ReadOnlySpan<byte> samples) => _file.Stream.Write(samples);

    public void Flush()
    {
    }

    public void Complete()
    {
        var header = Header(_file.Stream.Length - HeaderBytes);
        _file.Stream.Position = 0;
        _file.Stream.Write(header);
        _file.Commit();
    }

    public void Dispose() => _file.Dispose();

    private static void WriteLength(Span<byte> target, long length) =>
        BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)Math.Min(length, uint.MaxValue));

    /// <summary>The length of a file above 4 GB does not fit: the largest number then says that the data goes on to the end.</summary>
    private byte[] Header(long dataBytes)
    {
        var header = new byte[HeaderBytes];
        "RIFF"u8.CopyTo(header);
        WriteLength(header.AsSpan(4), dataBytes + HeaderBytes - RiffHeaderBytes);
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(20), Pcm);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), _rateHz);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), _rateHz * sizeof(short));
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(32), sizeof(short));
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(34), 8 * sizeof(short));
        "data"u8.CopyTo(header.AsSpan(36));
        WriteLength(header.AsSpan(40), dataBytes);
        return header;
    }
}
