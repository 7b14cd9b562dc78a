using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Definitions;

public class OpPageTests
{
    private const string Begin = "<!-- step ops: generated -->\n", End = "<!-- end of step ops -->";

    [Fact]
    public void The_file_format_describes_the_ops_as_they_are_defined()
    {
        var path = Repository.Path("docs/file-format.md");
        var page = File.ReadAllText(path);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("EDGESEQ_UPDATE_DOCS") == "1")
            File.WriteAllText(path, page[..begin] + OpPage.Text() + page[end..]);
        Assert.Equal(OpPage.Text(), File.ReadAllText(path)[begin..].Split(End)[0]);
    }
}
