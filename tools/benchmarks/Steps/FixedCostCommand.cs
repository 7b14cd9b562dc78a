using System.Diagnostics;
using System.Globalization;
using EdgeSeq.Benchmarks.Paired;

namespace EdgeSeq.Benchmarks.Steps;

/// <summary><c>fixed-cost [--rounds N] [--core N]</c>: what a step and an op cost before they compute anything, from chains of 1 and 65 ops
/// of one element.</summary>
internal static class FixedCostCommand
{
    private const int Few = 1;
    private const int Many = 65;
    private const int Calls = 2000;

    public static int Run(string[] args)
    {
        var rounds = int.Parse(PairedCommand.Option(args, "--rounds") ?? "501", CultureInfo.InvariantCulture);
        PairedCommand.PinTo(PairedCommand.Option(args, "--core"));
        var (few, many) = (Fastest(Few, rounds), Fastest(Many, rounds));
        var op = (many - few) / (Many - Few);
        Console.WriteLine("| what | ns |");
        Console.WriteLine("| --- | ---: |");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| an op | {op:F1} |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| a step | {few - op * Few:F1} |"));
        return 0;
    }

    private static double Fastest(int ops, int rounds)
    {
        using var model = ChainProgram.Load(ops);
        using var session = model.CreateSession();
        Span<float> x = [1], y = [0];
        var fastest = double.MaxValue;
        for (var round = 0; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Calls; i++)
                session.Step(x, y);
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls);
        }

        return fastest;
    }
}
