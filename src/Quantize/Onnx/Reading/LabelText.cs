using System.Globalization;
using System.Text;

namespace EdgeSeq.Quantize.Onnx.Reading;

/// <summary>
/// Names of classes as text: a list ["a", "b"], a map {0: 'a', 1: 'b'} or {"a": 0, "b": 1}, as JSON and Python write them, or a plain
/// list with commas or one a line.
/// </summary>
internal static class LabelText
{
    /// <summary>The names in the order of the classes; null where the text is no such list, or the classes are not 0, 1, 2 and so
    /// on.</summary>
    public static string[]? Parse(string text)
    {
        text = text.Trim();
        if (text.Length == 0 || text[0] is not ('[' or '(' or '{'))
            return Complete(text.Split(text.Contains('\n', StringComparison.Ordinal) ? '\n' : ',', StringSplitOptions.TrimEntries));
        if ((text[0], text[^1]) is not (('[', ']') or ('(', ')') or ('{', '}')))
            return null;
        if (Tokens(text[1..^1]) is not { } tokens)
            return null;
        if (text[0] != '{')
            return Complete([.. Items(tokens).Select(item => item.Count == 1 ? item[0] : "")]);

        var pairs = Items(tokens).ToArray();
        if (!pairs.All(pair => pair is [_, ":", _]))
            return null;
        return InOrder([.. pairs.Select(pair => (pair[0], pair[2]))]) ?? InOrder([.. pairs.Select(pair => (pair[2], pair[0]))]);
    }

    /// <summary>Names by class; null where the classes are not 0, 1, 2 and so on.</summary>
    public static string[]? InOrder(IReadOnlyList<(string Class, string Name)> pairs)
    {
        var names = new string[pairs.Count];
        foreach (var (key, name) in pairs)
        {
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= names.Length
                || names[index] is not null)
            {
                return null;
            }

            names[index] = name;
        }

        return Complete(names);
    }

    private static string[]? Complete(string[] names) => names.Length > 0 && names.All(name => name.Length > 0) ? names : null;

    /// <summary>What stands between commas; a comma may follow the last.</summary>
    private static IEnumerable<List<string>> Items(List<string> tokens)
    {
        var item = new List<string>();
        foreach (var token in tokens)
        {
            if (token != ",")
            {
                item.Add(token);
                continue;
            }

            yield return item;
            item = [];
        }

        if (item.Count > 0)
            yield return item;
    }

    /// <summary>Words, commas and colons; null where brackets are nested or a quote is not closed.</summary>
    private static List<string>? Tokens(string text)
    {
        var tokens = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] is '[' or ']' or '{' or '}' or '(' or ')')
                return null;
            if (text[at] is ',' or ':')
                tokens.Add(text[at++].ToString());
            else if (char.IsWhiteSpace(text[at]))
                at++;
            else if ((text[at] is '"' or '\'' ? Quoted(text, ref at) : Bare(text, ref at)) is { } word)
                tokens.Add(word);
            else
                return null;
        }

        return tokens;
    }

    private static string? Quoted(string text, ref int at)
    {
        var quote = text[at++];
        var word = new StringBuilder();
        for (; at < text.Length && text[at] != quote; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
                at++;
            word.Append(text[at]);
        }

        return at++ < text.Length ? word.ToString() : null;
    }

    private static string Bare(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] is not (',' or ':' or '[' or ']' or '{' or '}' or '(' or ')'))
            at++;
        return text[start..at].Trim();
    }
}
