namespace EdgeSeq.Device.Sinks;

/// <summary>Where the bytes of samples go.</summary>
internal interface IAudioTarget : IDisposable
{
    void Append(ReadOnlySpan<byte> samples);

    void Flush();

    /// <summary>Called once, after the last sample.</summary>
    void Complete();
}
