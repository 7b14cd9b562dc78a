namespace EdgeSeq.Device.Sources.Alsa;

/// <summary>What a capture device agreed to.</summary>
/// <param name="Channels">Samples of a frame.</param>
/// <param name="RateHz">Frames a second.</param>
internal sealed record PcmShape(PcmFormat Format, int Channels, int RateHz)
{
    public int FrameBytes => Format.Bytes * Channels;
}
