namespace EdgeSeq.Device.Sources.Iio;

/// <summary>How the kernel is to gather scans.</summary>
/// <param name="Length">Scans that it keeps while we are busy.</param>
/// <param name="Watermark">Scans that it gathers before it wakes us.</param>
/// <param name="Trigger">What starts a scan; null leaves it as it is.</param>
internal sealed record IioBufferSettings(int Length, int Watermark, string? Trigger);
