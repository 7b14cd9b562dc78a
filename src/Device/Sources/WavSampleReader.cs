using System.Buffers.Binary;
using EdgeSeq.Device.Files;

namespace EdgeSeq.Device.Sources;

/// <summary>The samples of a mono WAV file; whole numbers are scaled to [-1, 1).</summary>
internal sealed class WavSampleReader : ISampleReader
{
    private const int MostSampleBytes = 8;

    private readonly ByteReader _bytes;
    private readonly WavFormat _format;
    private readonly byte[] _sample = new byte[MostSampleBytes];
    private long _read;

    private WavSampleReader(ByteReader bytes, WavFormat format, bool isLive)
    {
        _bytes = bytes;
        _format = format;
        IsLive = isLive;
    }

    public double? RateHz => _format.RateHz;

    public long? Count => _format.Count;

    public bool IsLive { get; }

    public string? Position => $"sample {_read}";

    public static WavSampleReader Open(string path, StopSignal stop)
    {
        var isLive = path == EndpointName.Standard;
        Stream stream = isLive ? new StandardInputStream(stop) : InputFile.Open(path);
        var bytes = new ByteReader(stream);
        try
        {
            return new WavSampleReader(bytes, WavFormat.Read(bytes, isLive ? null : stream.Length, path), isLive);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    public int Read(Span<float> samples)
    {
        var wanted = (int)Math.Min(samples.Length, (Count ?? long.MaxValue) - _read);
        var sample = _sample.AsSpan(0, _format.SampleBytes);
        var done = 0;
        while (done < wanted && _bytes.Read(sample) == sample.Length)
            samples[done++] = Value(sample);
        _read += done;
        return done;
    }

    public void Dispose() => _bytes.Dispose();

    private float Value(ReadOnlySpan<byte> sample) => (_format.IsFloat, sample.Length) switch
    {
        (true, 4) => BinaryPrimitives.ReadSingleLittleEndian(sample),
        (true, _) => (float)BinaryPrimitives.ReadDoubleLittleEndian(sample),
        (_, 1) => (sample[0] - 128) / 128f,
        (_, 2) => BinaryPrimitives.ReadInt16LittleEndian(sample) / 32768f,
        (_, 3) => ((sbyte)sample[2] << 16 | sample[1] << 8 | sample[0]) / 8388608f,
        _ => (float)(BinaryPrimitives.ReadInt32LittleEndian(sample) / 2147483648.0),
    };
}
