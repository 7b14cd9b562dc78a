namespace EdgeSeq.Tool.Terminal;

/// <summary>Numbers as block characters.</summary>
internal static class Blocks
{
    private const string Partial = " ▏▎▍▌▋▊▉";
    private const string Levels = "▁▂▃▄▅▆▇█";
    private const char Gap = '·';

    /// <summary>A bar as long as a share (0 to 1) of a width, in eighths of a character.</summary>
    public static string Bar(float share, int width)
    {
        var eighths = (int)MathF.Round(Math.Clamp(share, 0, 1) * width * 8);
        var partial = eighths % 8 > 0 ? Partial[eighths % 8].ToString() : "";
        return new string('█', eighths / 8) + partial;
    }

    /// <summary>The last values as a line of so many characters between their least and their most; a dot where a value is none.</summary>
    public static string Sparkline(ReadOnlySpan<float> values, int width)
    {
        var shown = values.Length > width ? values[^width..] : values;
        var (least, most) = RangeOf(shown);
        Span<char> line = stackalloc char[width];
        line[..^shown.Length].Fill(' ');
        for (var i = 0; i < shown.Length; i++)
            line[width - shown.Length + i] = float.IsFinite(shown[i]) ? Level(shown[i], least, most) : Gap;
        return new string(line);
    }

    /// <summary>Least and most of the values that are finite.</summary>
    public static (float Least, float Most) RangeOf(ReadOnlySpan<float> values)
    {
        var (least, most) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                continue;
            least = Math.Min(least, value);
            most = Math.Max(most, value);
        }

        return (least, most);
    }

    private static char Level(float value, float least, float most) =>
        most > least ? Levels[(int)Math.Round((value - (double)least) / ((double)most - least) * (Levels.Length - 1))]
        : Levels[Levels.Length / 2];
}
