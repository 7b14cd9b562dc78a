using System.Globalization;
using EdgeSeq.Device.Sources.Iio;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>A folder tree that looks as sysfs and /dev show IIO devices; the node is a file, which ends.</summary>
internal sealed class IioTree : IDisposable
{
    private readonly TempFolder _folder = new();

    public IioTree(int number = 0, string name = "imu")
    {
        Device = Path.Combine(_folder.Root, "sys", $"iio:device{number}");
        Directory.CreateDirectory(Path.Combine(Device, "scan_elements"));
        Directory.CreateDirectory(Path.Combine(Device, "buffer"));
        Directory.CreateDirectory(Path.Combine(Device, "trigger"));
        Directory.CreateDirectory(Path.Combine(_folder.Root, "dev"));
        Node = Path.Combine(_folder.Root, "dev", $"iio:device{number}");
        Set("name", name);
        foreach (var file in new[] { "buffer/enable", "buffer/length", "buffer/watermark", "trigger/current_trigger" })
            Set(file, "0");
    }

    public string Device { get; }

    public string Node { get; }

    public IioPaths Paths => new(Path.Combine(_folder.Root, "sys"), Path.Combine(_folder.Root, "dev"));

    public IioTree Set(string file, string value)
    {
        File.WriteAllText(Path.Combine(Device, file), value + "\n");
        return this;
    }

    /// <summary>The first line of an attribute: a file, unlike sysfs, keeps what a shorter value does not cover.</summary>
    public string Get(string file) => File.ReadLines(Path.Combine(Device, file)).First();

    public IioTree Element(string kernel, int index, string type)
    {
        Set($"scan_elements/in_{kernel}_en", "0");
        Set($"scan_elements/in_{kernel}_index", index.ToString(CultureInfo.InvariantCulture));
        return Set($"scan_elements/in_{kernel}_type", type);
    }

    public IioTree Scans(params byte[] bytes)
    {
        File.WriteAllBytes(Node, bytes);
        return this;
    }

    public void Dispose() => _folder.Dispose();
}
