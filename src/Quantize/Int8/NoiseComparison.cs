using System.Diagnostics;
using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// A program beside the float program of the same model, on seeded noise as in its self-test: what can be known of int8 without
/// recordings.
/// </summary>
public static class NoiseComparison
{
    /// <summary>Multiplications of one run; the steps follow from it, within limits.</summary>
    private const double Macs = 1e9, MostMacs = 8e9;

    private const int MinTicks = 16, MaxSteps = 1024;

    /// <summary>One run when times are taken.</summary>
    private const double MacsPerRun = 1e6;

    private const int StepsPerRun = 256;

    private static readonly TimeSpan Warming = TimeSpan.FromMilliseconds(250), Timing = TimeSpan.FromMilliseconds(350);

    /// <param name="f32">The float program.</param>
    /// <param name="int8">The same model in int8.</param>
    public static NoiseReport Of(ReadOnlyMemory<byte> f32, ReadOnlyMemory<byte> int8)
    {
        using var reference = NoiseReference.Of(f32, [NoiseDomain.Unit]);
        using var actual = Model.LoadSingleStep(int8, "int8 program");
        return reference.Beside(actual);
    }

    /// <summary>Nanoseconds of a step in both, on this machine: the best of short runs that take turns, after the code is warm. Null where
    /// what they do at once takes too long for that.</summary>
    /// <param name="f32">The float program.</param>
    /// <param name="int8">The same model in int8.</param>
    public static (double F32, double Int8)? StepTimes(Model f32, Model int8)
    {
        // A window that never fills would measure nothing.
        var calls = f32.Program.Clocks.Max(clock => ((long)clock.Offset + clock.Rate + f32.CallSteps - 1) / f32.CallSteps);
        var (least, macs) = ((int)Math.Min(f32.MaxSteps ?? int.MaxValue, calls), MacsPerStep(f32) * f32.CallSteps);
        if (least * macs > Macs)
            return null;

        using var floats = f32.CreateSession();
        using var codes = int8.CreateSession();
        var noise = NoiseRecording.Of(f32, NoiseDomain.Unit, 1);
        noise.Fill(floats, 0);
        noise.Fill(codes, 0);
        var most = (int)Math.Min(f32.MaxSteps ?? StepsPerRun, StepsPerRun);
        var steps = (int)Math.Clamp(MacsPerRun / Math.Max(1, macs), least, Math.Max(least, most));
        var best = (F32: double.PositiveInfinity, Int8: double.PositiveInfinity);
        var all = Stopwatch.StartNew();
        do
        {
            var (a, b) = (Run(floats, steps), Run(codes, steps));
            best = all.Elapsed < Warming ? best : (Math.Min(best.F32, a), Math.Min(best.Int8, b));
        }
        while (all.Elapsed < Timing || double.IsInfinity(best.F32));

        return best;
    }

    /// <summary>Steps that are compared, of a program of so many multiplications a step.</summary>
    /// <param name="outputs">The clocks of its outputs.</param>
    public static int Steps(double macs, IEnumerable<(int Rate, int Offset)> outputs, long? maxSteps) =>
        Elements(macs, outputs, maxSteps, 1);

    /// <summary>Elements of the inputs that are compared.</summary>
    /// <param name="macs">Multiplications of a step.</param>
    /// <param name="outputs">The clocks of the outputs.</param>
    /// <param name="inputRate">Steps for each element of the inputs.</param>
    internal static int Elements(double macs, IEnumerable<(int Rate, int Offset)> outputs, long? maxSteps, int inputRate)
    {
        var ticks = (long)Math.Clamp(MostMacs / Math.Max(1, macs), 1, MinTicks);
        var least = outputs.Max(clock => clock.Offset + (ticks - 1) * clock.Rate + 1);
        var most = Math.Max(least, (long)Math.Clamp(Macs / Math.Max(1, macs), 1, (double)MaxSteps * inputRate));
        return (int)((Math.Min(most, Math.Min(maxSteps ?? long.MaxValue, int.MaxValue)) + inputRate - 1) / inputRate);
    }

    /// <summary>Elements of the inputs of a program that are compared.</summary>
    internal static int StepsOf(Model model) => Elements(MacsPerStep(model), Clocks(model), model.Program.MaxSteps, model.InputRate);

    /// <summary>Elements of the inputs below which outputs would be too few to judge by.</summary>
    internal static int LeastStepsOf(Model model) =>
        (int)Math.Min(Clocks(model).Max(clock => (clock.Offset + (MinTicks - 1L) * clock.Rate) / model.InputRate + 1),
            model.Program.MaxSteps / model.InputRate ?? int.MaxValue);

    /// <summary>Multiplications of a step, on average.</summary>
    internal static double MacsPerStep(Model model) =>
        model.Program.Ops.Sum(op => (double)OpCost.Macs(op) / model.Program.Clocks[op.Clock].Rate);

    private static IEnumerable<(int Rate, int Offset)> Clocks(Model model) =>
        model.Program.Outputs.Select(output => model.Program.Clocks[output.Clock]).Select(clock => (clock.Rate, clock.Offset));

    private static double Run(Session session, int steps)
    {
        session.Reset();
        var run = Stopwatch.StartNew();
        for (var step = 0; step < steps; step++)
            session.Step();

        return run.Elapsed.TotalNanoseconds / steps;
    }
}
