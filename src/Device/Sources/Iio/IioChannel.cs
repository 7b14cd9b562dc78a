using EdgeSeq.Device.Sensors;

namespace EdgeSeq.Device.Sources.Iio;

/// <summary>A channel of a device: value = (raw + Offset) × Scale, in SI units.</summary>
/// <param name="Kernel">As the kernel calls it, without <c>in_</c>: <c>accel_x</c>.</param>
/// <param name="File">The attribute with its value; null where only scans hold it.</param>
/// <param name="Index">Its place among the elements of a scan; null where scans do not hold it.</param>
/// <param name="Element">Index of the value in an element that repeats.</param>
internal sealed record IioChannel(
    Channel Channel, string Kernel, string? File, double Scale, double Offset, int? Index, ScanFormat? Format, int Element)
{
    public float Value(double raw) => (float)((raw + Offset) * Scale);
}
