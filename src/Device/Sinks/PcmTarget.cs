namespace EdgeSeq.Device.Sinks;

/// <summary>Samples without a header, as they come.</summary>
internal sealed class PcmTarget(Utf8Writer writer) : IAudioTarget
{
    public void Append(ReadOnlySpan<byte> samples) => writer.Append(samples);

    public void Flush() => writer.Flush();

    public void Complete() => writer.Complete();

    public void Dispose() => writer.Dispose();
}
