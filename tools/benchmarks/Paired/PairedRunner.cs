using System.Diagnostics;
using EdgeSeq.Tool.Bench;

namespace EdgeSeq.Benchmarks.Paired;

/// <summary>Times subjects in turns with the floor: a round is one burst of each, and only ratios within a round count, so that
/// clock changes and neighbours on the machine touch both sides alike.</summary>
internal sealed class PairedRunner(int rounds)
{
    private const double BurstNanoseconds = 60_000;

    /// <summary>Before a burst: blocks that only the last cache holds come back there after several readings.</summary>
    private const int FewestWarmUps = 4;

    public IReadOnlyList<Timing> Measure(Row row)
    {
        var random = new Random(1);
        var floors = Floors(row);
        Subject[] subjects = [.. floors, .. row.Subjects];
        var calls = subjects.Select(Calibrate).ToArray();
        var times = subjects.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            // A new order each round: who comes first finds the caches as another left them.
            var order = Enumerable.Range(0, subjects.Length).ToArray();
            random.Shuffle(order);
            foreach (var at in order)
                times[at][round] = Burst(subjects[at], calls[at]);
        }

        var floor = new double[rounds];
        for (var round = 0; round < rounds; round++)
            floor[round] = times[..floors.Length].Min(way => way[round]);
        return [Timing.Of(floors[0].Name, floor, floor),
            .. row.Subjects.Select((subject, at) => Timing.Of(subject.Name, times[floors.Length + at], floor))];
    }

    /// <summary>The faster one of a round counts.</summary>
    private static Subject[] Floors(Row row)
    {
        if (row.Floor is { } floor)
            return [floor];
        var plain = new Subject("read floor", new ReadFloor(row.Block, fetchAhead: false).Read);
        return WideReads.CanFetchAhead ? [plain, new Subject("", new ReadFloor(row.Block, fetchAhead: true).Read)] : [plain];
    }

    /// <summary>Calls that fill a burst: by the fastest of many short tries, as a slow one may have been interrupted.</summary>
    private static int Calibrate(Subject subject)
    {
        const int Tries = 50;
        for (var calls = 1; ; calls *= 2)
        {
            var fastest = Enumerable.Range(0, Tries).Min(_ => Burst(subject, calls)) * calls * subject.Steps;
            if (fastest > BurstNanoseconds / 2)
                return calls;
        }
    }

    /// <summary>Nanoseconds a step; the calls before the clock starts bring the subject's bytes back into the caches.</summary>
    private static double Burst(Subject subject, int calls)
    {
        for (var i = 0; i < FewestWarmUps + calls / 4; i++)
            subject.Step();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
            subject.Step();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / calls / subject.Steps;
    }
}
