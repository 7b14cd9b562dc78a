using System.Diagnostics;
using System.Globalization;
using EdgeSeq.Runtime.Kernels.Selection;

namespace EdgeSeq.Benchmarks.Paired;

/// <summary><c>paired [--only TEXT] [--set NAME] [--rounds N] [--core N] [--markdown]</c>: a line for each subject, or with
/// <c>--markdown</c> the table of docs/performance.md, a line for each step.</summary>
internal static class PairedCommand
{
    /// <param name="peers">Null: nobody beside EdgeSeq, as in the native program.</param>
    public static int Run(string[] args, IPeers? peers)
    {
        var only = Option(args, "--only") ?? "";
        var rounds = int.Parse(Option(args, "--rounds") ?? "301", CultureInfo.InvariantCulture);
        PinTo(Option(args, "--core"));
        var wanted = Option(args, "--set");
        var sets = KernelSets.Available.Where(set => wanted is null ? set.Name is not ("reference" or "portable") : set.Name == wanted)
            .ToArray();
        var runner = new PairedRunner(rounds);
        var markdown = args.Contains("--markdown");
        foreach (var line in markdown ? StepTable.Header : SubjectTable.Header)
            Console.WriteLine(line);
        foreach (var (name, make) in StepRows.Of(sets, peers))
        {
            if (!name.Contains(only, StringComparison.OrdinalIgnoreCase))
                continue;
            using var row = make();
            var timings = runner.Measure(row);
            foreach (var line in markdown ? [StepTable.Line(row, timings)] : SubjectTable.Lines(row, timings))
                Console.WriteLine(line);
        }

        return 0;
    }

    /// <param name="core">Null: the first.</param>
    internal static void PinTo(string? core)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            Process.GetCurrentProcess().ProcessorAffinity = 1 << int.Parse(core ?? "0", CultureInfo.InvariantCulture);
    }

    internal static string? Option(string[] args, string name)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }
}
