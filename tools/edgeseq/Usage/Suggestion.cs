using System.CommandLine;
using System.CommandLine.Invocation;

namespace EdgeSeq.Tool.Usage;

/// <summary>What a mistyped word may have meant, as the library finds it.</summary>
internal static class Suggestion
{
    /// <summary>The nearest name, null where none is near.</summary>
    /// <param name="result">Of a line with the word in it.</param>
    public static string? For(ParseResult result, string unknown)
    {
        using var text = new StringWriter();
        result.InvocationConfiguration.Output = text;
        result.InvocationConfiguration.Error = TextWriter.Null;
        new ParseErrorAction { ShowHelp = false }.Invoke(result);
        var lines = text.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var first = Array.FindIndex(lines, line => line.Contains($"'{unknown}'", StringComparison.Ordinal));
        var nearest = first >= 0 && first + 1 < lines.Length ? lines[first + 1] : null;
        return nearest?.StartsWith('-') == unknown.StartsWith('-') ? nearest : null;
    }
}
