using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Kernels.Reference;

namespace EdgeSeq.Runtime.Kernels;

internal abstract partial class KernelSet
{
    private const string Override = "EDGESEQ_ISA";

    private static readonly Lazy<KernelSet> Chosen = new(() => Choose(Environment.GetEnvironmentVariable(Override)));

    /// <summary>Every set that this processor can run, fastest first.</summary>
    public static IReadOnlyList<KernelSet> Available { get; } = [new ReferenceKernels()];

    /// <summary>The set that sessions use: the fastest, or the one that the environment variable <c>EDGESEQ_ISA</c> names.</summary>
    /// <exception cref="EdgeSeqException">ES0730: the variable names no set that this processor can run.</exception>
    public static KernelSet Active => Chosen.Value;

    internal static KernelSet Choose(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return Available[0];
        foreach (var set in Available)
            if (set.Name == name)
                return set;
        throw new EdgeSeqException(ErrorCodes.InstructionSetUnknown,
            $"{Override}={name} names no instruction set of this processor",
            $"use one of {string.Join(", ", Available.Select(set => set.Name))}, or unset {Override}");
    }
}
