using System.Diagnostics;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Tool.Bench;

/// <summary>What each op of a step takes, in the course of whole steps: weights come from where a step finds them.</summary>
internal static class OpTimes
{
    private const int ClockReads = 1000;

    /// <summary>Mean nanoseconds a step of each op, without what reading the clock takes; ops that run at some steps only count
    /// over all steps.</summary>
    public static double[] Measure(Model model, Session session, BenchInputs inputs, long steps)
    {
        var ticks = new long[model.Program.Ops.Length];
        for (var i = 0L; i < steps; i++)
        {
            if (session.StepCount == model.MaxSteps)
                session.Reset();
            inputs.Fill(session);
            session.StepTimed(ticks);
        }

        var (clock, perTick) = (ClockCost(), 1e9 / Stopwatch.Frequency);
        var times = new double[ticks.Length];
        for (var op = 0; op < times.Length; op++)
        {
            var rate = model.Program.Clocks[model.Program.Ops[op].Clock].Rate;
            times[op] = Math.Max(0, ticks[op] * perTick / steps - clock * model.CallSteps / rate);
        }

        return times;
    }

    /// <summary>Nanoseconds that one reading of the clock takes.</summary>
    private static double ClockCost()
    {
        var begin = Stopwatch.GetTimestamp();
        for (var i = 1; i < ClockReads; i++)
            _ = Stopwatch.GetTimestamp();
        return (Stopwatch.GetTimestamp() - begin) * 1e9 / Stopwatch.Frequency / ClockReads;
    }
}
