using System.Diagnostics;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Benchmarks.Groups;

/// <summary>A group of sessions on each of several threads, all of one model, stepped at the same time.</summary>
internal static class GroupsOnCores
{
    private const int Rounds = 15;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(60);

    /// <summary>Nanoseconds of all cores together for a step of one session, in the round with the most steps.</summary>
    public static double Step(Model model, int sessions, int cores)
    {
        var most = 0.0;
        for (var round = 0; round < Rounds; round++)
            most = Math.Max(most, StepsPerNanosecond(model, sessions, cores));
        return 1 / most;
    }

    private static double StepsPerNanosecond(Model model, int sessions, int cores)
    {
        using var together = new Barrier(cores);
        var rates = new double[cores];
        var threads = Enumerable.Range(0, cores).Select(core => new Thread(() => rates[core] = Rate(model, sessions, together))).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return rates.Sum();
    }

    private static double Rate(Model model, int sessions, Barrier together)
    {
        using var group = model.CreateSessionGroup(sessions);
        for (var i = 0; i < sessions; i++)
            Kernels.Data.Floats(model.Inputs[0].Length, i).CopyTo(group[i].Input(0));
        group.Step();
        together.SignalAndWait();
        var begin = Stopwatch.GetTimestamp();
        var steps = 0;
        while (Stopwatch.GetElapsedTime(begin) < RoundTime)
        {
            group.Step();
            steps += sessions;
        }

        return steps / Stopwatch.GetElapsedTime(begin).TotalNanoseconds;
    }
}
