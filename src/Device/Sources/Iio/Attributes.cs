using System.Globalization;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sensors.Buses;

namespace EdgeSeq.Device.Sources.Iio;

/// <summary>The files of a device in sysfs, a value each.</summary>
internal sealed class Attributes(string folder)
{
    public string Folder => folder;

    public string PathOf(string name) => Path.Combine(folder, name);

    public bool Has(string name) => File.Exists(PathOf(name));

    /// <summary>The text without white space around it; null where there is no such attribute or it cannot be read.</summary>
    public string? Text(string name)
    {
        try
        {
            return File.ReadAllText(PathOf(name)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public double? Number(string name) =>
        double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number : null;

    /// <summary>Sets a value.</summary>
    /// <exception cref="SensorException">The kernel refuses.</exception>
    public void Write(string name, string value)
    {
        try
        {
            // An attribute takes its value in one write, and is not cut first.
            using var file = new FileStream(PathOf(name), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(System.Text.Encoding.UTF8.GetBytes(value + "\n"));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new SensorException(SampleStatus.BusError, ErrorNumbers.AccessDenied,
                $"{PathOf(name)}: {ErrorNumbers.Describe(ErrorNumbers.AccessDenied)}: the user needs the group iio and its udev rule", e);
        }
        catch (IOException e)
        {
            throw new SensorException(SampleStatus.BusError, e.HResult & 0xFFFF, $"{PathOf(name)} does not take '{value}'", e);
        }
    }

    public void Write(string name, double value) => Write(name, value.ToString(CultureInfo.InvariantCulture));
}
