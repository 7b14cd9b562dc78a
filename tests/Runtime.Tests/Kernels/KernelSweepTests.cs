using System.Runtime.Intrinsics.X86;
using EdgeSeq.KernelSweep;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Kernels.Vector;
using EdgeSeq.Runtime.Kernels.X64;
using EdgeSeq.Runtime.Kernels.X64.MachineCode;

namespace EdgeSeq.Runtime.Tests.Kernels;

/// <summary>The checks of tests/KernelSweep with the code that this machine compiles at run time.</summary>
public class KernelSweepTests
{
    public static TheoryData<string> Checks => [.. Check.All.Select(check => check.Name)];

    [Theory, MemberData(nameof(Checks))]
    public void Kernels_pass(string check) => Check.All.Single(candidate => candidate.Name == check).Run();

    [Fact]
    public void Products_pass_with_the_registers_of_a_native_binary()
    {
        Assert.SkipUnless(Avx512VnniCode.IsSupported && Avx2.IsSupported && Fma.IsSupported, "the processor has no AVX512-VNNI");
        foreach (var check in new PatchesChecks(new VectorKernels<Lanes256, Avx512VnniDot>("avx512vnni, 256 bits")).All)
            check.Run();
    }

    [Fact]
    public void An_unknown_instruction_set_is_a_usage_error()
    {
        var error = Assert.Throws<EdgeSeqException>(() => KernelSets.Choose("mmx"));
        Assert.Equal(ErrorCodes.InstructionSetUnknown, error.Code);
        Assert.Contains("reference", error.Hint, StringComparison.Ordinal);
    }
}
