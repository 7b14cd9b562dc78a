namespace EdgeSeq.Quantize.Tests.TestModels;

public class SharedTests
{
    [Fact]
    public void Models_beside_the_repository_are_tested() =>
        Assert.SkipUnless(Shared.Exists, "the shared models are not beside the repository: no test of them has run");
}
