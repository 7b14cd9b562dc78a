using System.Diagnostics;
using System.Globalization;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Benchmarks.Groups;

/// <summary><c>groups [PROGRAM.eseq…] [--rounds N] [--core N]</c>: sessions stepped one after another and as a group, in turns, for
/// LSTM layers or the programs given.</summary>
internal static class GroupCommand
{
    /// <summary>Short, so that the system seldom interrupts one.</summary>
    private const double BurstNanoseconds = 100_000;

    private const int Warmups = 20;

    public static int Run(string[] args)
    {
        var rounds = int.Parse(PairedCommand.Option(args, "--rounds") ?? "301", CultureInfo.InvariantCulture);
        PairedCommand.PinTo(PairedCommand.Option(args, "--core"));
        Console.WriteLine("| program | weights, bytes | sessions | alone, ns a step | group, ns a step | group / alone | quartiles |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | --- |");
        var files = args.TakeWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal)).ToArray();
        foreach (var load in files.Length > 0 ? Programs(files) : Layers())
        {
            using var model = load();
            Measure(model, rounds);
        }

        return 0;
    }

    private static IEnumerable<Func<Model>> Layers()
    {
        foreach (var (input, hidden) in ((int, int)[])[(64, 128), (256, 256), (512, 512), (1024, 1024)])
            yield return () => LstmProgram.Load(input, hidden);
    }

    private static IEnumerable<Func<Model>> Programs(string[] files) => files.Select(file => (Func<Model>)(() => Model.Load(file)));

    private static void Measure(Model model, int rounds)
    {
        foreach (var count in (int[])[1, 8, 64, 256])
        {
            using var group = model.CreateSessionGroup(count);
            var alone = Enumerable.Range(0, count).Select(_ => model.CreateSession()).ToArray();
            for (var i = 0; i < count; i++)
            {
                Fill(model, group[i], i);
                Fill(model, alone[i], i);
            }

            var timing = Compare(() => StepAll(alone), () => group.Step(), count, rounds);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {model.Program.Name} | {model.WeightBytes} | {count} | {timing.Alone:F0} | {timing.Group:F0} | {timing.Ratio.Ratio:F2} | {timing.Ratio.LowerQuartile:F2}–{timing.Ratio.UpperQuartile:F2} |"));
            Array.ForEach(alone, session => session.Dispose());
        }
    }

    /// <summary>Nanoseconds a step in the fastest burst of each, and the ratios of the rounds. Bursts go in turns; which of the two comes
    /// first changes from round to round.</summary>
    private static (double Alone, double Group, Timing Ratio) Compare(Action alone, Action group, int count, int rounds)
    {
        var fastest = Enumerable.Range(0, Warmups).Min(_ => Burst(alone, 1, count));
        var calls = (int)Math.Max(1, BurstNanoseconds / (fastest * count));
        var (aloneTimes, groupTimes) = (new double[rounds], new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            if (round % 2 == 0)
                aloneTimes[round] = Burst(alone, calls, count);
            groupTimes[round] = Burst(group, calls, count);
            if (round % 2 != 0)
                aloneTimes[round] = Burst(alone, calls, count);
        }

        return (aloneTimes.Min(), groupTimes.Min(), Timing.Of("group", groupTimes, aloneTimes));
    }

    /// <summary>Nanoseconds for a step of one session; the calls before the clock starts bring the bytes back into the caches.</summary>
    private static double Burst(Action stepAll, int calls, int count)
    {
        stepAll();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
            stepAll();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / (calls * count);
    }

    private static void StepAll(Session[] sessions)
    {
        foreach (var session in sessions)
            session.Step();
    }

    private static void Fill(Model model, Session session, int seed)
    {
        for (var i = 0; i < model.Inputs.Count; i++)
        {
            if (model.Inputs[i].Type == ElementType.F32)
                Kernels.Data.Floats(model.Inputs[i].Length, seed).CopyTo(session.Input(i));
        }
    }
}
