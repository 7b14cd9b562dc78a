using EdgeSeq.Device.Files;

namespace EdgeSeq.Device.Sources;

/// <summary>Recognises columns of time stamps by their content, and where that leaves it open by their name.</summary>
internal static class StampUnits
{
    private static readonly string[] Names =
    [
        "time", "timestamp", "timestamps", "time_stamp", "datetime", "date_time", "date", "t", "ts", "epoch", "unix", "unixtime", "unix_time",
        "utc", "uptime", "elapsed", "seconds_elapsed", "millis", "micros", "sec", "seconds", "index", "unnamed: 0", "",
    ];

    private static readonly (string Ending, StampUnit Unit)[] Endings =
    [
        ("nanoseconds", StampUnit.Nanoseconds), ("ns", StampUnit.Nanoseconds),
        ("microseconds", StampUnit.Microseconds), ("micros", StampUnit.Microseconds), ("us", StampUnit.Microseconds),
        ("µs", StampUnit.Microseconds),
        ("milliseconds", StampUnit.Milliseconds), ("millis", StampUnit.Milliseconds), ("ms", StampUnit.Milliseconds),
        ("seconds", StampUnit.Seconds), ("seconds_elapsed", StampUnit.Seconds), ("sec", StampUnit.Seconds), ("s", StampUnit.Seconds),
    ];

    /// <summary>What a column holds whose first cell this is; null where it is no column of time stamps.</summary>
    /// <param name="name">The column's name, null in a file without a header.</param>
    /// <param name="isCertain">Whether name and content agree; a value could have the name alone, or be as large as a count since
    /// 1970.</param>
    public static StampUnit? Of(string? name, ReadOnlySpan<byte> cell, out bool isCertain)
    {
        isCertain = true;
        if (StampText.TryParse(cell, out _, out _))
            return StampUnit.Text;
        var epoch = new CsvNumbers().TryParse(cell, out double number) ? OfEpoch(number) : null;
        var (stem, unit) = name is null ? (null, null) : Cut(name.Trim().ToLowerInvariant());
        var isNamed = stem is not null && Names.Contains(stem);
        isCertain = isNamed && (epoch ?? unit) is not null;
        return epoch ?? (isNamed ? unit ?? StampUnit.Unknown : null);
    }

    /// <summary>Nanoseconds of a number of this unit.</summary>
    public static double Nanoseconds(StampUnit unit) => unit switch
    {
        StampUnit.Seconds => 1e9,
        StampUnit.Milliseconds => 1e6,
        StampUnit.Microseconds => 1e3,
        _ => 1,
    };

    /// <summary>Counts since 1970 of the years 2001 to 2096.</summary>
    private static StampUnit? OfEpoch(double number) => number switch
    {
        >= 1e9 and < 4e9 => StampUnit.Seconds,
        >= 1e12 and < 4e12 => StampUnit.Milliseconds,
        >= 1e15 and < 4e15 => StampUnit.Microseconds,
        >= 1e18 and < 4e18 => StampUnit.Nanoseconds,
        _ => null,
    };

    /// <summary>A name without its unit: <c>time_ms</c>, <c>Time (s)</c>, <c>t[us]</c>, <c>millis</c>.</summary>
    private static (string Stem, StampUnit? Unit) Cut(string name)
    {
        foreach (var (ending, unit) in Endings)
        {
            if (name == ending && Names.Contains(name))
                return (name, unit);
            foreach (var form in (ReadOnlySpan<string>)[$"_{ending}", $"({ending})", $"[{ending}]", $" {ending}"])
            {
                if (name.EndsWith(form, StringComparison.Ordinal) && name.Length > form.Length)
                    return (name[..^form.Length].TrimEnd(), unit);
            }
        }

        return (name, null);
    }
}
