using System.Buffers.Binary;
using EdgeSeq.Device.Files;

namespace EdgeSeq.Device.Sources;

/// <summary>Raw signed 16-bit little-endian mono samples, as <c>arecord -t raw -f S16_LE -c 1</c> writes them, scaled to [-1, 1).</summary>
internal sealed class Pcm16SampleReader : ISampleReader
{
    private readonly ByteReader _bytes;
    private readonly byte[] _sample = new byte[sizeof(short)];
    private long _read;

    public Pcm16SampleReader(string path, StopSignal stop)
    {
        IsLive = path == EndpointName.Standard;
        Stream stream = IsLive ? new StandardInputStream(stop) : InputFile.Open(path);
        Count = IsLive ? null : stream.Length / sizeof(short);
        _bytes = new ByteReader(stream);
    }

    public double? RateHz => null;

    public long? Count { get; }

    public bool IsLive { get; }

    public string? Position => $"sample {_read}";

    public int Read(Span<float> samples)
    {
        var done = 0;
        while (done < samples.Length && _bytes.Read(_sample) == _sample.Length)
            samples[done++] = BinaryPrimitives.ReadInt16LittleEndian(_sample) / 32768f;
        _read += done;
        return done;
    }

    public void Dispose() => _bytes.Dispose();
}
