using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Kernels.Arm64;
using EdgeSeq.Runtime.Kernels.Portable;
using EdgeSeq.Runtime.Kernels.Reference;
using EdgeSeq.Runtime.Kernels.Vector;
using EdgeSeq.Runtime.Kernels.X64;
using EdgeSeq.Runtime.Kernels.X64.MachineCode;

namespace EdgeSeq.Runtime.Kernels.Selection;

/// <summary>The kernel sets that this processor can run, and the one that sessions use.</summary>
internal static class KernelSets
{
    private const string Override = "EDGESEQ_ISA";

    private static readonly Lazy<KernelSet> Chosen = new(() => Choose(Environment.GetEnvironmentVariable(Override)));

    /// <summary>Every set that this processor can run, fastest first.</summary>
    public static IReadOnlyList<KernelSet> Available { get; } = Measure();

    /// <summary>The set that sessions use: the fastest, or the one that the environment variable <c>EDGESEQ_ISA</c> names.</summary>
    /// <exception cref="EdgeSeqException">ES0730: the variable names no set that this processor can run.</exception>
    public static KernelSet Active => Chosen.Value;

    internal static KernelSet Choose(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return Available[0];
        foreach (var set in Available)
        {
            if (set.Name == name)
                return set;
        }

        throw new EdgeSeqException(ErrorCodes.InstructionSetUnknown,
            $"{Override}={name} names no instruction set of this processor",
            $"use one of {string.Join(", ", Available.Select(set => set.Name))}, or unset {Override}");
    }

    private static List<KernelSet> Measure()
    {
        var sets = new List<KernelSet>();
        if (Avx512VnniCode.IsSupported && Vector512.IsHardwareAccelerated)
            sets.Add(new VectorKernels<Lanes512, Avx512VnniDot>("avx512vnni"));
        else if (Avx512VnniCode.IsSupported && Avx2.IsSupported && Fma.IsSupported)
            sets.Add(new VectorKernels<Lanes256, Avx512VnniDot>("avx512vnni"));
        // Vector512.IsHardwareAccelerated is also false where AVX-512 exists but slows the processor down.
        if (Vector512.IsHardwareAccelerated && Avx512BW.IsSupported)
            sets.Add(new VectorKernels<Lanes512, Avx512Dot>("avx512"));
        if (AvxVnni.IsSupported && Fma.IsSupported)
            sets.Add(new VectorKernels<Lanes256, AvxVnniDot>("avxvnni"));
        if (Avx2.IsSupported && Fma.IsSupported)
            sets.Add(new VectorKernels<Lanes256, Avx2Dot>("avx2"));
        if (Dp.IsSupported)
            sets.Add(new VectorKernels<Lanes4x128, NeonDpDot>("neon-dp"));
        if (AdvSimd.Arm64.IsSupported)
            sets.Add(new VectorKernels<Lanes4x128, NeonDot>("neon"));
        if (Vector128.IsHardwareAccelerated)
            sets.Add(new VectorKernels<Lanes128, PortableDot>("portable"));
        sets.Add(new ReferenceKernels());
        return sets;
    }
}
