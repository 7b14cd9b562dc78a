using System.Text.RegularExpressions;
using EdgeSeq.Runtime.Ops;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Ops;

public partial class OpReferenceTests
{
    [Fact]
    public void The_file_format_describes_every_op_and_no_other()
    {
        var page = File.ReadAllText(Repository.Path("docs/file-format.md"));
        var ops = page[page.IndexOf("\n## Ops\n", StringComparison.Ordinal)..page.IndexOf("\n## Snapshots\n", StringComparison.Ordinal)];
        var described = OpRow().Matches(ops).Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal);

        Assert.Equal(OpRegistry.Names, described);
    }

    [GeneratedRegex(@"^\| `([A-Za-z0-9]+)` \|", RegexOptions.Multiline)]
    private static partial Regex OpRow();
}
