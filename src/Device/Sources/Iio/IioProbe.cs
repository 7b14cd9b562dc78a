using EdgeSeq.Device.Sensors.Catalog;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sources.Iio;

/// <summary>The IIO devices of this machine, as source strings.</summary>
public static class IioProbe
{
    public static IReadOnlyList<BusFinding> Run() => Run(IioPaths.System);

    internal static IReadOnlyList<BusFinding> Run(IioPaths paths) => [.. paths.Folders().Select(folder => Look(folder, paths))];

    private static BusFinding Look(string folder, IioPaths paths)
    {
        try
        {
            var device = IioDevice.Open(folder, paths);
            var channels = string.Join('+', device.Channels.Select(channel => channel.Channel.Name));
            return device.Channels.Count == 0 ? new BusFinding("iio", folder, [])
                : new BusFinding("iio", folder, [$"iio:{device.Name},channels={channels}"]);
        }
        catch (EdgeSeqException e)
        {
            return new BusFinding("iio", folder, [], e.Message);
        }
    }
}
