using System.Diagnostics;
using System.Globalization;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Benchmarks.Programs;

/// <summary><c>ops PROGRAM.eseq… [--rounds N] [--core N]</c>: where the time of a step goes, op by op. Each op is called many times in a
/// row on the content that a few steps left, so its weights are in the nearest cache that holds them.</summary>
internal static unsafe class OpsCommand
{
    private const int Warmups = 64;

    /// <summary>Calls of a round: many for a short op, few for a long one, so that rounds fit between interruptions.</summary>
    private const int MostCalls = 200;
    private const double RoundNanoseconds = 20_000;

    public static int Run(string[] args)
    {
        var rounds = int.Parse(PairedCommand.Option(args, "--rounds") ?? "101", CultureInfo.InvariantCulture);
        PairedCommand.PinTo(PairedCommand.Option(args, "--core"));
        foreach (var file in args.TakeWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal)))
        {
            using var model = Model.Load(file);
            using var session = model.CreateSession();
            Measure(model, session, rounds);
        }

        return 0;
    }

    private static void Measure(Model model, Session session, int rounds)
    {
        for (var i = 0; i < model.Inputs.Count; i++)
        {
            if (model.Inputs[i].Type == ElementType.F32)
                Kernels.Data.Floats(model.Inputs[i].Length).CopyTo(session.Input(i));
        }

        for (var i = 0; i < Warmups; i++)
            session.Step();
        Console.WriteLine($"| op of {model.Program.Name} | node | ns | share |");
        Console.WriteLine("| --- | --- | ---: | ---: |");
        using var scratch = new NativeBlock(model.Schedule.ScratchBytes + ProgramSpec.Alignment);
        var times = Enumerable.Range(0, model.Schedule.Ops.Length)
            .Select(op => Fastest(model.Schedule.Ops[op], FrameOf(session, model.Schedule.Clocks[op], scratch.Pointer), rounds)).ToArray();
        for (var op = 0; op < times.Length; op++)
        {
            var (spec, share) = (model.Program.Ops[op], 100 * times[op] / times.Sum());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {spec.Op} | {spec.Name} | {times[op]:F0} | {share:F0} % |"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| *sum* | | {times.Sum():F0} | |"));
    }

    private static Frame FrameOf(Session session, int clock, byte* scratch)
    {
        session.TryFrame(clock, scratch, out var frame);
        return frame;
    }

    private static double Fastest(StepOp op, Frame frame, int rounds)
    {
        var fastest = double.MaxValue;
        for (var (round, calls) = (0, 1); round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < calls; i++)
                op.Step(frame);
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalNanoseconds / calls);
            calls = Math.Clamp((int)(RoundNanoseconds / fastest), 1, MostCalls);
        }

        return fastest;
    }
}
