using System.Globalization;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sources.Iio;

/// <summary>A device of the kernel's Industrial I/O: its attributes, its node and its channels.</summary>
internal sealed class IioDevice
{
    private const string Raw = "_raw";
    private const string Processed = "_input";
    private const string In = "in_";
    private const string Timestamp = "timestamp";

    private IioDevice(Attributes attributes, string node)
    {
        Attributes = attributes;
        Node = node;
        Name = attributes.Text("name") ?? Path.GetFileName(attributes.Folder);
        var elements = Directory.Exists(attributes.PathOf("scan_elements"))
            ? new Attributes(attributes.PathOf("scan_elements")) : new Attributes(attributes.PathOf("buffer0"));
        Elements = elements;
        TimestampElement = ElementOf(Timestamp);
        Channels = [.. ReadChannels()];
    }

    public Attributes Attributes { get; }

    /// <summary>The attributes of the elements of a scan.</summary>
    public Attributes Elements { get; }

    /// <summary>The file that scans come from.</summary>
    public string Node { get; }

    /// <summary>What the driver calls the device: <c>lsm6dsl_accel</c>.</summary>
    public string Name { get; }

    public IReadOnlyList<IioChannel> Channels { get; private init; }

    /// <summary>Place and format of the time in a scan, null where scans have none.</summary>
    public (int Index, ScanFormat Format)? TimestampElement { get; }

    /// <summary>Whether scans can be had.</summary>
    public bool HasBuffer => Channels.Any(channel => channel.Format is not null) && File.Exists(Node);

    /// <summary>The device of that name, or that number.</summary>
    /// <param name="name">As the driver calls it, <c>iio:device0</c> or <c>0</c>.</param>
    /// <param name="source">The whole name of the source, for messages.</param>
    /// <exception cref="EdgeSeqException">ES0610 where there is none, ES0704 where several have the name, ES0611 where the kernel's
    /// description of it makes no sense.</exception>
    public static IioDevice Find(string source, string name, IioPaths paths)
    {
        var folders = paths.Folders();
        var found = folders.Where(folder => IsCalled(folder, name)).ToList();
        return found switch
        {
            [var only] => Open(only, paths),
            [] => throw new EdgeSeqException(
                ErrorCodes.BusUnusable, $"{source}: there is no such device in {paths.Devices}",
                folders.Count == 0 ? "the kernel's driver makes it: see dtoverlay= in config.txt"
                    : $"there are {string.Join(", ", folders.Select(folder => $"iio:{NameOf(folder)}"))}"),
            _ => throw new EdgeSeqException(
                ErrorCodes.OptionInvalid, $"{source}: several devices are called so",
                $"choose by number: {string.Join(", ", found.Select(folder => $"iio:{NumberOf(folder)}"))}"),
        };
    }

    /// <summary>The same device, of which only some channels matter.</summary>
    public IioDevice With(IReadOnlyList<IioChannel> channels) => new(Attributes, Node) { Channels = channels };

    public static IioDevice Open(string folder, IioPaths paths) =>
        new(new Attributes(folder), Path.Combine(paths.Nodes, Path.GetFileName(folder)));

    private static string NameOf(string folder) => new Attributes(folder).Text("name") ?? Path.GetFileName(folder);

    private static string NumberOf(string folder) => Path.GetFileName(folder)[IioPaths.Prefix.Length..];

    private static bool IsCalled(string folder, string name) =>
        name == Path.GetFileName(folder) || name == NumberOf(folder) || name == NameOf(folder);

    private IEnumerable<IioChannel> ReadChannels()
    {
        foreach (var kernel in KernelNames().Order(StringComparer.Ordinal).OrderBy(name => ElementOf(name)?.Index ?? int.MaxValue))
        {
            var ours = IioName.Of(kernel);
            var element = ElementOf(kernel);
            var repeat = element?.Format.Repeat ?? 1;
            var (file, scale, offset) = Conversion(kernel);
            for (var i = 0; i < repeat; i++)
            {
                var name = repeat == 1 ? ours.Name : string.Create(CultureInfo.InvariantCulture, $"{ours.Name}_{i}");
                yield return new IioChannel(
                    new Channel(name, ours.Quantity), kernel, repeat == 1 ? file : null, scale * ours.Factor, offset, element?.Index,
                    element?.Format, i);
            }
        }
    }

    private HashSet<string> KernelNames()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Attributes.Folder, In + "*").Select(path => Path.GetFileName(path)))
        {
            if (file.EndsWith(Raw, StringComparison.Ordinal) || file.EndsWith(Processed, StringComparison.Ordinal))
                names.Add(file[In.Length..file.LastIndexOf('_')]);
        }

        if (Directory.Exists(Elements.Folder))
        {
            foreach (var file in Directory.EnumerateFiles(Elements.Folder, In + "*_type").Select(path => Path.GetFileName(path)))
                names.Add(file[In.Length..file.LastIndexOf('_')]);
        }

        names.Remove(Timestamp);
        return names;
    }

    /// <summary>Where a value is read, and what makes it one of the kernel's unit. A processed value already is.</summary>
    private (string? File, double Scale, double Offset) Conversion(string kernel)
    {
        var hasRaw = Attributes.Has(In + kernel + Raw);
        if (!hasRaw && Attributes.Has(In + kernel + Processed))
            return (In + kernel + Processed, 1, 0);
        return (hasRaw ? In + kernel + Raw : null, Shared(kernel, "scale") ?? 1, Shared(kernel, "offset") ?? 0);
    }

    /// <summary>A channel's attribute, or that of all channels of its kind.</summary>
    private double? Shared(string kernel, string attribute)
    {
        var kind = IioName.KindOf(kernel);
        return Attributes.Number($"{In}{kernel}_{attribute}") ?? Attributes.Number($"{In}{kind}_{attribute}")
            ?? Attributes.Number($"{In}{attribute}");
    }

    private (int Index, ScanFormat Format)? ElementOf(string kernel)
    {
        if (Elements.Text($"{In}{kernel}_type") is not { } type)
            return null;
        if (ScanFormat.Parse(type) is { } format && Elements.Number($"{In}{kernel}_index") is { } index and >= 0 and <= int.MaxValue)
            return ((int)index, format);
        throw new EdgeSeqException(
            ErrorCodes.SensorFault,
            $"{Elements.PathOf($"{In}{kernel}_type")}: '{type}' is no format of a scan's element, or its index is missing",
            "mode=polled reads one value after another");
    }
}
