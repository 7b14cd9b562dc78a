using EdgeSeq.Quantize.FrontEnds.Reading;

namespace EdgeSeq.Quantize.Tests.FrontEnds;

public sealed class FrontEndPageTests
{
    private const string Begin = "<!-- generated: catalog -->\n", End = "<!-- end -->";

    [Fact]
    public void The_page_lists_every_front_end()
    {
        var path = Path.Combine(Repository.Root, "docs", "front-ends.md");
        var page = File.ReadAllText(path);
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, end = page.IndexOf(End, StringComparison.Ordinal);
        var table = "| name | what it is |\n| --- | --- |\n"
            + string.Concat(FrontEndCatalog.All.Select(each =>
                $"| `{each.Name}` | {each.Call.Replace("|", "\\|", StringComparison.Ordinal)} |\n"));
        if (Environment.GetEnvironmentVariable("EDGESEQ_UPDATE_DOCS") == "1")
            File.WriteAllText(path, page[..begin] + table + page[end..]);

        Assert.Contains(table, File.ReadAllText(path), StringComparison.Ordinal);
    }
}
