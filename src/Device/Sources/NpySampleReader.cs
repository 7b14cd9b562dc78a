using EdgeSeq.Device.Files;

namespace EdgeSeq.Device.Sources;

/// <summary>The single samples of a .npy file of shape [T] or [T, 1].</summary>
internal sealed class NpySampleReader(NpyReader reader) : ISampleReader
{
    public double? RateHz => null;

    public long? Count => reader.Header.Shape[0];

    public bool IsLive => false;

    public string? Position => null;

    public int Read(Span<float> samples) => reader.Read(samples);

    public void Dispose() => reader.Dispose();
}
