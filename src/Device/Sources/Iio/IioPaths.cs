namespace EdgeSeq.Device.Sources.Iio;

/// <summary>Where the kernel shows its IIO devices; tests have trees of their own.</summary>
/// <param name="Devices">Folder of the devices' attributes.</param>
/// <param name="Nodes">Folder of the devices' nodes.</param>
internal sealed record IioPaths(string Devices, string Nodes)
{
    public const string Prefix = "iio:device";

    public static IioPaths System { get; } = new("/sys/bus/iio/devices", "/dev");

    /// <summary>The folders of all devices, in the order of their numbers.</summary>
    public IReadOnlyList<string> Folders() =>
        Directory.Exists(Devices)
            ? [.. Directory.EnumerateDirectories(Devices, Prefix + "*").OrderBy(folder => folder.Length)
                .ThenBy(folder => folder, StringComparer.Ordinal)]
            : [];
}
