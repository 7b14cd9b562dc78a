using EdgeSeq.Device.Sensors;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sources.Sampling;

/// <summary>Which of a device's channels feed the program, in which order and unit: value = SI value × Scale + Offset.</summary>
internal sealed record ChannelSelection(IReadOnlyList<int> Indexes, IReadOnlyList<Unit> Units)
{
    /// <summary>Chooses in this order: the user's <c>channels=</c>, the names that the program gives its input, the usual channels where
    /// their number fits. Units: the user's <c>units=</c>, the program's, SI.</summary>
    /// <exception cref="EdgeSeqException">ES0303 where nothing fits, ES0704 for a name or unit that does not exist.</exception>
    public static ChannelSelection Of(string source, IReadOnlyList<Channel> channels, int usual, EndpointOptions options, InputInfo input,
        Action<string> warn)
    {
        var indexes = Chosen(channels, options) ?? Named(channels, input) ?? Usual(source, channels, usual, input);
        return new ChannelSelection(indexes, [.. UnitsOf(source, [.. indexes.Select(index => channels[index])], options, input, warn)]);
    }

    private static List<int>? Chosen(IReadOnlyList<Channel> channels, EndpointOptions options)
    {
        if (options.Text("channels") is not { } text)
            return null;
        var chosen = new List<int>();
        foreach (var name in text.Split('+'))
        {
            var index = IndexOf(channels, name);
            chosen.Add(index >= 0 ? index : throw options.Invalid($"there is no channel '{name}'", $"the channels are {Names(channels)}"));
        }

        return chosen;
    }

    private static List<int>? Named(IReadOnlyList<Channel> channels, InputInfo input)
    {
        var indexes = input.Channels?.Select(name => IndexOf(channels, name)).ToList();
        return indexes is null || indexes.Contains(-1) ? null : indexes;
    }

    /// <summary>A single channel feeds an input of any length: as frames.</summary>
    private static IReadOnlyList<int> Usual(string source, IReadOnlyList<Channel> channels, int usual, InputInfo input)
    {
        if (usual == input.Length || usual == 1)
            return [.. Enumerable.Range(0, usual)];
        throw new EdgeSeqException(
            ErrorCodes.RecordingShape,
            $"{source} gives {usual} values a sample, input '{input.Name}' takes {input.Length}",
            $"choose with channels=, in order, from {Names(channels)}: {source},channels={channels[0].Name}+…");
    }

    private static IEnumerable<Unit> UnitsOf(string source, Channel[] channels, EndpointOptions options, InputInfo input,
        Action<string> warn)
    {
        var wanted = new Dictionary<Quantity, Unit>();
        foreach (var text in input.Unit?.Split([',', ';', '+', ' '], StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (Sensors.Units.Find(text) is { } unit)
                wanted[unit.Quantity] = unit;
            else
                warn($"{source}: the program's unit '{text}' is not known; {Names(channels)} are given in SI units unless units= says otherwise");
        }

        foreach (var text in options.Text("units")?.Split('+') ?? [])
        {
            var unit = Sensors.Units.Find(text)
                ?? throw options.Invalid($"there is no unit '{text}'",
                $"the units are {string.Join(", ", Sensors.Units.All.Select(unit => unit.Name))}");
            wanted[unit.Quantity] = unit;
        }

        return channels.Select(channel => wanted.GetValueOrDefault(channel.Quantity) ?? Sensors.Units.Of(channel.Quantity));
    }

    private static int IndexOf(IReadOnlyList<Channel> channels, string name)
    {
        for (var index = 0; index < channels.Count; index++)
        {
            if (channels[index].Name == name)
                return index;
        }

        return -1;
    }

    private static string Names(IReadOnlyList<Channel> channels) => string.Join('+', channels.Select(channel => channel.Name));
}
