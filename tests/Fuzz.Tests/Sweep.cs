using System.Diagnostics;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Fuzz.Targets;
using EdgeSeq.Fuzz.Tests.Mutation;

namespace EdgeSeq.Fuzz.Tests;

/// <summary>Runs a target on many mutants of sound files and keeps those on which it does anything but succeed or give a typed
/// error.</summary>
internal static class Sweep
{
    private const long MostBytes = 4L << 30;

    /// <summary>Far above what any mutant takes: more means that something has no bound.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(60);

    /// <summary>EDGESEQ_FUZZ_TIMES=N sweeps N times as many mutants.</summary>
    private static readonly int Times = int.TryParse(Environment.GetEnvironmentVariable("EDGESEQ_FUZZ_TIMES"), out var times) && times > 0
        ? times : 1;

    public static void Run(string target, byte[][] sound, int mutants, params Mutator[] mutators)
    {
        var run = FuzzTarget.All[target];
        foreach (var file in sound)
            run(file);
        var findings = new Findings();
        for (var i = 0; i < mutants * Times; i++)
        {
            var mutant = Mutant(target, i, sound, mutators);
            var (clock, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
            var finding = Record.Exception(() => run(mutant))?.ToString()
                ?? (clock.Elapsed > LongestRun ? $"it took {clock.Elapsed}" : null)
                ?? (GC.GetAllocatedBytesForCurrentThread() - before is > MostBytes and var bytes ? $"it allocated {bytes} bytes" : null);
            if (finding is not null)
                findings.Add($"{target}, mutant {i}", finding, () => Kept(target, i, mutant));
        }

        findings.AssertNone();
    }

    /// <summary>
    /// The same in other processes, for a target that ONNX Runtime may end by aborting: edgeseq-convert works in a process of its own for
    /// that, so it is no finding. An exception that nobody caught is.
    /// </summary>
    public static void RunApart(string target, byte[][] sound, int mutants, params Mutator[] mutators)
    {
        var findings = new Findings();
        var folder = Directory.CreateTempSubdirectory("edgeseq-sweep-").FullName;
        try
        {
            for (var i = 0; i < mutants * Times; i++)
                File.WriteAllBytes(Path.Combine(folder, $"{i:D7}"), Mutant(target, i, sound, mutators));
            while (Directory.EnumerateFiles(folder).Any())
            {
                var replay = Replayed.Run(target, folder, LongestRun);
                if (replay.Finding is { } finding)
                {
                    findings.Add($"{target}, mutant {replay.Last}", finding, () =>
                        Kept(target, int.Parse(replay.Last), File.ReadAllBytes(Path.Combine(folder, replay.Last))));
                }

                foreach (var done in Directory.GetFiles(folder)
                    .Where(file => string.CompareOrdinal(Path.GetFileName(file), replay.Last) <= 0))
                {
                    File.Delete(done);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        findings.AssertNone();
    }

    private static byte[] Mutant(string target, int i, byte[][] sound, Mutator[] mutators)
    {
        var random = new Random(HashCode(target) + i);
        return mutators[i % mutators.Length](sound[random.Next(sound.Length)], random);
    }

    /// <summary>The same in every process, unlike string.GetHashCode.</summary>
    private static int HashCode(string text) => text.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter));

    private static string Kept(string target, int i, byte[] mutant)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts/fuzz"));
        var path = Path.Combine(folder.FullName, $"{target}-{i}.bin");
        File.WriteAllBytes(path, mutant);
        return path;
    }
}
