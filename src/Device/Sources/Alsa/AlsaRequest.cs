namespace EdgeSeq.Device.Sources.Alsa;

/// <summary>What a capture device is opened with.</summary>
/// <param name="Source">The whole name of the source, for messages.</param>
/// <param name="Device">As ALSA calls it: <c>default</c>, <c>hw:1,0</c>, <c>plughw:CARD=Device,DEV=0</c>.</param>
/// <param name="Channels">Null for the fewest that the device has.</param>
internal sealed record AlsaRequest(string Source, string Device, int RateHz, int? Channels);
