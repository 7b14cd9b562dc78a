using EdgeSeq.KernelSweep;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Kernels.Selection;

namespace EdgeSeq.Runtime.Tests.Kernels;

/// <summary>The checks of tests/KernelSweep with the code that this machine compiles at run time.</summary>
public class KernelSweepTests
{
    public static TheoryData<string> Checks => [.. Check.All.Select(check => check.Name)];

    [Theory, MemberData(nameof(Checks))]
    public void Kernels_pass(string check) => Check.All.Single(candidate => candidate.Name == check).Run();

    [Fact]
    public void An_unknown_instruction_set_is_a_usage_error()
    {
        var error = Assert.Throws<EdgeSeqException>(() => KernelSets.Choose("mmx"));
        Assert.Equal(ErrorCodes.InstructionSetUnknown, error.Code);
        Assert.Contains("reference", error.Hint, StringComparison.Ordinal);
    }
}
