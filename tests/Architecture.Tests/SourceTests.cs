using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace EdgeSeq.Architecture.Tests;

/// <summary>What no analyzer holds: the width of lines.</summary>
public partial class SourceTests
{
    private const int Columns = 140;

    [Fact]
    public void A_line_has_at_most_140_columns_but_for_a_text_that_stands_in_it() => Assert.Empty(
        Files().SelectMany(file => File.ReadLines(file).Select((line, i) => (Place: $"{file}:{i + 1}", Line: line)))
            .Where(each => each.Line.Length > Columns && Text().Replace(each.Line, "").Length > Columns - 2)
            .Select(each => each.Place));

    private static IEnumerable<string> Files([CallerFilePath] string here = "")
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
        return new[] { "src", "tools", "tests", "examples" }.SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !BuildFolder().IsMatch(file));
    }

    /// <summary>From the first quotation mark to the last.</summary>
    [GeneratedRegex("[$@]*\".*\"")]
    private static partial Regex Text();

    [GeneratedRegex("/(bin|obj)/")]
    private static partial Regex BuildFolder();
}
