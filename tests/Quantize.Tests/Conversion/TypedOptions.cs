using System.Globalization;
using System.Text.RegularExpressions;
using EdgeSeq.Quantize.Conversion;

namespace EdgeSeq.Quantize.Tests.Conversion;

/// <summary>Options of the command line that a text tells users to type.</summary>
internal static partial class TypedOptions
{
    /// <summary>Whether the text leaves something to be filled in.</summary>
    public static bool HasPlaceholder(string text) => Placeholder().IsMatch(text);

    /// <summary>Each choice of options that the text leaves: what is only joined by a space is typed together.</summary>
    public static IReadOnlyList<string> Choices(string text)
    {
        var choices = new List<Range>();
        foreach (Match option in Option().Matches(text))
        {
            var end = option.Index + option.Length;
            if (choices is [.., var last] && option.Index == last.End.Value + 1)
                choices[^1] = last.Start..end;
            else
                choices.Add(option.Index..end);
        }

        return [.. choices.Select(choice => text[choice])];
    }

    public static ConvertOptions Applied(string typed, ConvertOptions options)
    {
        foreach (Match option in Option().Matches(typed))
        {
            var value = option.Groups["value"].Value.Trim('"');
            options = option.Groups["name"].Value switch
            {
                "mode" => options with { Mode = Enum.Parse<ConvertMode>(value, ignoreCase: true) },
                "window" => options with { Window = Number(value) },
                "hop" => options with { Hop = Number(value) },
                "chunk" => options with { Chunk = Number(value) },
                "batch" => options with { Batch = Number(value) },
                "max-context" => options with { MaxContext = Number(value) },
                "state" => options with { FindStates = false },
                "set" => options with { Set = With(options.Set, value, text => text) },
                "time-axis" => options with { TimeAxes = With(options.TimeAxes, value, Number) },
                var other => throw new NotSupportedException($"--{other} is told and not tried"),
            };
        }

        return options;
    }

    private static int Number(string value) => int.Parse(value, CultureInfo.InvariantCulture);

    private static Dictionary<string, T> With<T>(IReadOnlyDictionary<string, T> values, string pair, Func<string, T> value)
    {
        var at = pair.LastIndexOf('=');
        return new Dictionary<string, T>(values) { [pair[..at]] = value(pair[(at + 1)..]) };
    }

    [GeneratedRegex("(?<!saved-model folder )--(?<name>mode|window|hop|chunk|batch|max-context|state|set|time-axis) "
        + "(?<value>\"[^\"]+\"|[^\\s,;]*[^\\s,;.])")]
    private static partial Regex Option();

    [GeneratedRegex("--[a-z-]+ \"?([A-Z]+\\b|[^\\s]*=[A-Z]+\\b)")]
    private static partial Regex Placeholder();
}
