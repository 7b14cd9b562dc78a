using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;

namespace EdgeSeq.KernelSweep;

/// <summary>Something that kernels must fulfil; <see cref="Run"/> throws <see cref="DifferenceException"/> where they do not.</summary>
internal sealed record Check(string Name, Action Run)
{
    /// <summary>Every check, for every kernel set of this machine.</summary>
    public static IReadOnlyList<Check> All { get; } = [.. KernelSets.Available.SelectMany(OfSet), .. AccuracyChecks.All];

    /// <summary>A check with the name of its method.</summary>
    public static Check Of(string subject, Action run, [CallerArgumentExpression(nameof(run))] string name = "") =>
        new($"{subject}: {name.Replace('_', ' ')}", run);

    private static IEnumerable<Check> OfSet(KernelSet set) =>
        [.. new KernelSetChecks(set).All, .. new PatchesChecks(set).All, .. new DepthwiseChecks(set).All, .. new PoolChecks(set).All,
            .. new GatesChecks(set).All, .. new FourierChecks(set).All];
}
