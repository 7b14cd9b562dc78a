using System.Globalization;
using EdgeSeq.Device.Sensors.Catalog;

namespace EdgeSeq.Device.Sources.Alsa;

/// <summary>The capture devices of this machine, as the kernel lists them: <c>01-00: USB Audio : USB Audio : capture 1</c>.</summary>
public static class AlsaProbe
{
    private const string List = "/proc/asound/pcm";

    public static IReadOnlyList<BusFinding> Run() => Run(List);

    internal static IReadOnlyList<BusFinding> Run(string list) =>
        File.Exists(list)
            ? [.. File.ReadLines(list).Where(line => line.Contains(": capture", StringComparison.Ordinal)).Select(Finding)] : [];

    private static BusFinding Finding(string line)
    {
        var place = line[..line.IndexOf(':')].Split('-');
        var name = string.Join(',', place.Select(part => int.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture)
            .ToString(CultureInfo.InvariantCulture)));
        return new BusFinding("alsa", line.Split(':')[1].Trim(), [$"alsa:hw:{name}", $"alsa:plughw:{name}"]);
    }
}
