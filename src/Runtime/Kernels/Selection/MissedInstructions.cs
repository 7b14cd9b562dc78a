using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace EdgeSeq.Runtime.Kernels.Selection;

/// <summary>What this processor has and a native binary was compiled without: there, a class's IsSupported tells what the compiler was
/// allowed to use, so the processor itself is asked.</summary>
internal static class MissedInstructions
{
    /// <summary>What the user should know, null where the binary lacks nothing. A program that is compiled as it runs never lacks
    /// anything, but what its user turned off.</summary>
    public static string? Find() => RuntimeFeature.IsDynamicCodeSupported ? null
        : Of(KernelSets.Available[0].Name, HasAvx2(), HasDotProduct());

    /// <param name="best">The fastest kernel set that the binary holds and the processor runs.</param>
    /// <param name="hasAvx2">Whether the processor has AVX2 and FMA.</param>
    /// <param name="hasDotProduct">Whether the processor has the dot products of Armv8.2.</param>
    internal static string? Of(string best, bool hasAvx2, bool hasDotProduct) => best switch
    {
        "portable" or "reference" when hasAvx2 =>
            $"this binary was compiled without AVX2, which the processor has, and runs the much slower kernels '{best}'; "
            + "publish with <IlcInstructionSet>x86-64-v3</IlcInstructionSet>",
        "neon" when hasDotProduct =>
            "this binary was compiled without the dot products of Armv8.2, which the processor has; "
            + "publish with <OptimizationPreference>Speed</OptimizationPreference>",
        _ => null,
    };

    private static bool HasAvx2()
    {
        const int FusedMultiplyAddAndOsxsave = 1 << 12 | 1 << 27;
        const int Avx2Bit = 1 << 5;
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
            return false;
        return (X86Base.CpuId(1, 0).Ecx & FusedMultiplyAddAndOsxsave) == FusedMultiplyAddAndOsxsave
            && (X86Base.CpuId(7, 0).Ebx & Avx2Bit) != 0;
    }

    /// <summary>From the features that the system hands to each process (getauxval(3)).</summary>
    private static bool HasDotProduct()
    {
        const string Vector = "/proc/self/auxv";
        const ulong Capabilities = 16;
        const ulong DotProductBit = 1 << 20;
        if (!ArmBase.Arm64.IsSupported || !File.Exists(Vector))
            return false;
        var bytes = File.ReadAllBytes(Vector);
        for (var at = 0; at + 16 <= bytes.Length; at += 16)
        {
            if (BitConverter.ToUInt64(bytes, at) == Capabilities)
                return (BitConverter.ToUInt64(bytes, at + 8) & DotProductBit) != 0;
        }

        return false;
    }
}
