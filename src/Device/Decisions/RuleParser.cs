using System.Globalization;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Decisions;

/// <summary>Reads a rule as users write it: <c>on=0.5, off=0.35, least=250ms, gap=100ms, pad=30ms</c>.</summary>
public static class RuleParser
{
    private static readonly string[] Keys =
    [
        "on", "off", "least", "gap", "pad", "pause", "smooth", "output", "event", "classes", "score", "ahead", "scale", "offset",
    ];

    /// <exception cref="EdgeSeqException">ES0705.</exception>
    public static DecisionRule Parse(string text)
    {
        var values = Split(text);
        var (smoothing, length) = SmoothingOf(values.GetValueOrDefault("smooth"));
        var on = Number(values, "on") ?? (smoothing == Smoothing.Majority ? 0.5f : throw Wrong($"'{text}' has no on=THRESHOLD"));
        var off = Number(values, "off") ?? on;
        if (off > on)
            throw Wrong(FormattableString.Invariant($"off={off} is above on={on}"));
        return new DecisionRule
        {
            On = on,
            Off = off,
            Least = Duration(values, "least"),
            Gap = Duration(values, "gap"),
            Pad = Duration(values, "pad"),
            Pause = Duration(values, "pause"),
            Smoothing = smoothing,
            SmoothingLength = length,
            Output = values.GetValueOrDefault("output"),
            Event = values.GetValueOrDefault("event"),
            Classes = values.GetValueOrDefault("classes")?.Split('|', StringSplitOptions.TrimEntries) ?? [],
            Score = ScoreOf(values.GetValueOrDefault("score")),
            Ahead = AheadOf(values.GetValueOrDefault("ahead")),
            Scale = Number(values, "scale") ?? 1,
            Offset = Number(values, "offset") ?? 0,
        };
    }

    private static Dictionary<string, string> Split(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=');
            var key = equals < 0 ? part : part[..equals].TrimEnd();
            if (!Keys.Contains(key))
                throw Wrong($"there is no '{key}'");
            if (equals < 0 || equals == part.Length - 1)
                throw Wrong($"{key} lacks its value");
            if (!values.TryAdd(key, part[(equals + 1)..].TrimStart()))
                throw Wrong($"{key} is given twice");
        }

        return values;
    }

    private static float? Number(Dictionary<string, string> values, string key)
    {
        if (!values.TryGetValue(key, out var text))
            return null;
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number)
            ? number
            : throw Wrong($"{key} takes a number, not '{text}'");
    }

    private static RuleDuration Duration(Dictionary<string, string> values, string key) =>
        values.TryGetValue(key, out var text) ? Duration(key, text) : default;

    private static RuleDuration Duration(string key, string text) => RuleDuration.TryParse(text, out var duration)
        ? duration
        : throw Wrong($"{key} takes a time such as 250ms, 2s, 1min, 1h or a number of steps, not '{text}'");

    private static (Smoothing Kind, RuleDuration Length) SmoothingOf(string? text)
    {
        if (text is null)
            return (Smoothing.None, default);
        var colon = text.IndexOf(':');
        var kind = (colon < 0 ? text : text[..colon]) switch
        {
            "mean" => Smoothing.Mean,
            "exp" => Smoothing.Exponential,
            "majority" => Smoothing.Majority,
            _ => throw Wrong($"smooth takes mean:TIME, exp:TIME or majority:TIME, not '{text}'"),
        };
        if (colon < 0)
            throw Wrong($"smooth={text} lacks its time: smooth={text}:400ms, or steps without a unit");
        var length = Duration("smooth", text[(colon + 1)..]);
        return length.Amount > 0 ? (kind, length) : throw Wrong($"smooth={text} is no time");
    }

    private static ScoreKind ScoreOf(string? text) => text switch
    {
        null or "value" => ScoreKind.Value,
        "error" => ScoreKind.ForecastError,
        _ => throw Wrong($"score takes value or error, not '{text}'"),
    };

    private static int AheadOf(string? text)
    {
        if (text is null)
            return 1;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var steps) && steps > 0
            ? steps
            : throw Wrong($"ahead takes a number of steps above 0, not '{text}'");
    }

    private static EdgeSeqException Wrong(string problem) => new(
        ErrorCodes.DecisionRuleInvalid, $"--decide: {problem}",
        $"the parts of a rule are {string.Join(", ", Keys)}, as in 'on=0.5, off=0.35, least=250ms'");
}
