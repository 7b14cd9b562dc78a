using EdgeSeq.Quantize.Streaming.Rules;

namespace EdgeSeq.Quantize.Tests.Streaming.Rules;

public class OperatorPageTests
{
    [Fact]
    public void The_page_of_operators_is_up_to_date()
    {
        var path = Path.Combine(Repository.Root, "docs", "operators.md");
        if (Environment.GetEnvironmentVariable("EDGESEQ_UPDATE_DOCS") == "1")
            File.WriteAllText(path, OperatorPage.Text(TransferRules.Table));
        Assert.Equal(OperatorPage.Text(TransferRules.Table), File.ReadAllText(path));
    }
}
