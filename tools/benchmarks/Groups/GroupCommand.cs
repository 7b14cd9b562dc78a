using System.Diagnostics;
using System.Globalization;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Benchmarks.Groups;

/// <summary><c>groups [PROGRAM.eseq…] [--rounds N] [--core N]</c>: sessions stepped one after another and as a group, in turns, for
/// LSTM layers and the programs given.</summary>
internal static class GroupCommand
{
    private const int StepsPerBurst = 1024;

    public static int Run(string[] args)
    {
        var rounds = int.Parse(Options.Value(args, "--rounds") ?? "101", CultureInfo.InvariantCulture);
        var core = int.Parse(Options.Value(args, "--core") ?? "0", CultureInfo.InvariantCulture);
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            Process.GetCurrentProcess().ProcessorAffinity = 1 << core;
        Console.WriteLine("| program | weights, bytes | sessions | alone, ns a step | group, ns a step | group / alone | quartiles |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | --- |");
        foreach (var (input, hidden) in ((int, int)[])[(64, 128), (256, 256), (512, 512), (1024, 1024)])
        {
            using var model = LstmProgram.Load(input, hidden);
            Measure(model, rounds);
        }

        foreach (var file in args.TakeWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal)))
        {
            using var model = Model.Load(file);
            Measure(model, rounds);
        }

        return 0;
    }

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
                $"| {model.Program.Name} | {model.WeightBytes} | {count} | {timing.Alone:F0} | {timing.Group.Nanoseconds:F0} | {timing.Group.Ratio:F2} | {timing.Group.LowerQuartile:F2}–{timing.Group.UpperQuartile:F2} |"));
            Array.ForEach(alone, session => session.Dispose());
        }
    }

    /// <summary>Bursts in turns; each starts a round of its own every other time.</summary>
    private static (double Alone, Timing Group) Compare(Action alone, Action group, int count, int rounds)
    {
        var (aloneTimes, groupTimes) = (new double[rounds], new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            if (round % 2 == 0)
                aloneTimes[round] = Burst(alone, count);
            groupTimes[round] = Burst(group, count);
            if (round % 2 != 0)
                aloneTimes[round] = Burst(alone, count);
        }

        return (Timing.Of("alone", aloneTimes, aloneTimes).Nanoseconds, Timing.Of("group", groupTimes, aloneTimes));
    }

    /// <summary>Nanoseconds for a step of one session; the calls before the clock starts bring the bytes back into the caches.</summary>
    private static double Burst(Action stepAll, int count)
    {
        var calls = StepsPerBurst / count;
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
