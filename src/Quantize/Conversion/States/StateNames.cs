using System.Text.RegularExpressions;

namespace EdgeSeq.Quantize.Conversion.States;

/// <summary>
/// What names of inputs and outputs say about states. They never make a pair by themselves: they decide among pairs that the graph allows.
/// </summary>
internal static partial class StateNames
{
    /// <summary>Words that tell an input from its next value.</summary>
    private static readonly HashSet<string> OfTime =
        ["prev", "previous", "next", "new", "old", "past", "present", "init", "initial", "final", "last", "updated", "n", "0"];

    /// <summary>Words that tell any input from any output.</summary>
    private static readonly HashSet<string> OfDirection = ["in", "out", "input", "output", "cur", "current", "i", "o"];

    /// <summary>What is kept from step to step is called this.</summary>
    private static readonly HashSet<string> OfStates =
    [
        "buf", "buffer", "c", "cache", "carry", "cell", "conv", "ctx", "cx", "gru", "h", "hid", "hidden", "history", "hx", "k", "key", "kv",
            "lstm", "mem",
        "memory", "recurrent", "rnn", "s", "ssm", "state", "states", "tail", "v", "value",
    ];

    /// <summary>Names that differ only in words of direction: h0 and hn, state and stateN, c_in and c_out, past_kv.1 and
    /// present_kv.1.</summary>
    public static bool Match(string input, string output) => input != output && Core(input) is { Length: > 0 } core && core == Core(output);

    /// <summary>Names that match, and say that what they name is a state rather than data: audio_in and audio_out do not.</summary>
    public static bool SayState(string input, string output)
    {
        if (!Match(input, output))
            return false;

        var words = Tokens(input).Concat(Tokens(output)).ToArray();
        return words.Any(OfTime.Contains) || words.Any(OfStates.Contains) || Core(input).Split('.').Any(OfStates.Contains);
    }

    private static string Core(string name)
    {
        var tokens = Tokens(name);
        if (tokens.Count > 0 && tokens[^1] is "0" or "1" && tokens.Count(token => char.IsDigit(token[0])) == 1)
            tokens.RemoveAt(tokens.Count - 1);

        // past_key_values.0.key goes on as present.0.key.
        var keyValues = tokens.FindIndex(token => token == "key");
        if (keyValues >= 0 && keyValues + 1 < tokens.Count && tokens[keyValues + 1] == "values")
            tokens.RemoveRange(keyValues, 2);

        var core = tokens.Where(token => !OfDirection.Contains(token) && (!OfTime.Contains(token) || token == "0")).ToList();
        if (core.Count == 1 && core[0] is "hn" or "cn" or "sn")
            core[0] = core[0][..1];

        return string.Join('.', core);
    }

    private static List<string> Tokens(string name) => [.. Words().Matches(name).Select(match => match.Value.ToLowerInvariant())];

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")]
    private static partial Regex Words();
}
