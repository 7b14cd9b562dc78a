
namespace EdgeSeq.Quantize.Tests.Conformance;

public sealed class ConformanceTests
{
    [Fact]
    public void The_published_table_is_that_of_this_converter()
    {
        var results = NodeSuite.RunAll();
        var page = Path.Combine(Repository.Root, "docs/operators-conformance.md");
        var readme = Path.Combine(Repository.Root, "README.md");
        string table = ConformanceTable.Of(results), summary = ReadmeTable.Of(results);
        if (Environment.GetEnvironmentVariable("EDGESEQ_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(page, table);
            File.WriteAllText(readme, ReadmeTable.Put(File.ReadAllText(readme), summary));
        }

        var wrong = results.Where(result => result.Outcome == Outcome.Wrong).Select(result => $"{result.Case.Name}: {result.Reason}")
            .ToArray();
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        Assert.Equal(File.ReadAllText(page), table);
        Assert.Contains(summary, File.ReadAllText(readme), StringComparison.Ordinal);
    }
}
