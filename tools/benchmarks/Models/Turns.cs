using System.Diagnostics;
using EdgeSeq.Benchmarks.Paired;

namespace EdgeSeq.Benchmarks.Models;

/// <summary>Times subjects of any length in turns: about a second in all, and of each the fastest round.</summary>
internal static class Turns
{
    private const double BurstNanoseconds = 100_000;
    private const double AllNanoseconds = 1e9;
    private const int FewestRounds = 5;
    private const int MostRounds = 101;

    /// <returns>Nanoseconds a call.</returns>
    public static double[] Fastest(IReadOnlyList<Subject> subjects)
    {
        var calls = subjects.Select(CallsOf).ToArray();
        var fastest = subjects.Select((subject, i) => Burst(subject, calls[i])).ToArray();
        var round = fastest.Select((time, i) => time * calls[i]).Sum();
        for (var left = (int)Math.Clamp(AllNanoseconds / round, FewestRounds, MostRounds); left > 0; left--)
        {
            for (var i = 0; i < subjects.Count; i++)
                fastest[i] = Math.Min(fastest[i], Burst(subjects[i], calls[i]));
        }

        return fastest;
    }

    private static int CallsOf(Subject subject)
    {
        var calls = 1;
        while (Burst(subject, calls) * calls < BurstNanoseconds / 2)
            calls *= 2;
        return calls;
    }

    /// <summary>A call before the clock starts brings the subject's bytes back into the caches.</summary>
    private static double Burst(Subject subject, int calls)
    {
        subject.Step();
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
            subject.Step();
        return Stopwatch.GetElapsedTime(begin).TotalNanoseconds / calls;
    }
}
