using System.IO.Hashing;
using System.Runtime.InteropServices;
using EdgeSeq.Device;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Tool.Json;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.Tool.Bench;

/// <summary>Times single steps of a program on this machine, and beside them the reading of its weights, in the same rounds.</summary>
internal sealed class Benchmark(Model model, Progress progress)
{
    private const int Rounds = 32;
    private const int CrcSteps = 256;
    private const int WarmUpSteps = 64;
    private const int FloorReadsPerRound = 8;
    private const long DefaultNanoseconds = 1_000_000_000;

    /// <summary>Where steps or outputs are so slow that the usual numbers would take longer.</summary>
    private const long MostNanoseconds = 4_000_000_000;
    private const long MostWarmUpNanoseconds = 1_000_000_000;
    private const long MinSteps = 1024;
    private const long MaxSteps = 1 << 20;
    private const double LongestPacedSeconds = 2;

    private readonly LatencyHistogram _steps = new();
    private readonly LatencyHistogram _outputs = new();
    private readonly LatencyHistogram _floor = new();
    private readonly WeightFloor _weights = new(model);
    private int _sink;

    /// <param name="name">The program's file, for the report.</param>
    /// <param name="steps">Steps to time; null for about a second's worth.</param>
    /// <param name="rateHz">Steps a second of the paced part; null leaves it out.</param>
    public BenchReport Run(string name, long? steps, double? rateHz)
    {
        using var session = model.CreateSession();
        var crc = OutputCrc(session);
        var inputs = new BenchInputs(model);
        session.Reset();
        var meanNs = WarmUp(session, inputs);
        var count = steps ?? Math.Clamp(DefaultNanoseconds / Math.Max(1, meanNs), MinSteps, MaxSteps);
        _steps.Clear();
        _outputs.Clear();

        // The first reading of the counter allocates.
        _ = GC.GetAllocatedBytesForCurrentThread();
        long nanoseconds = 0;
        long allocated = 0;
        var mostNanoseconds = steps is null ? MostNanoseconds : long.MaxValue;
        for (var round = 0; round < Rounds && nanoseconds < mostNanoseconds; round++)
        {
            var share = count * (round + 1) / Rounds - count * round / Rounds;
            var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
            nanoseconds += TimeSteps(session, inputs, share, mostNanoseconds - nanoseconds);
            allocated += GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
            TimeFloor();
            progress.Report(_steps.Count);
        }

        count = _steps.Count;
        progress.Clear();
        var stepsPerSecond = count * 1e9 / nanoseconds;
        var rate = rateHz ?? model.Program.RateHz;
        return new BenchReport
        {
            Program = name,
            Isa = model.Isa,
            WeightBytes = model.WeightBytes,
            StateBytes = model.StateBytes,
            ArenaBytes = model.ArenaBytes,
            Steps = count,
            StepNs = LatencyReport.Of(_steps),
            StepsWithOutput = _outputs.Count,
            OutputNs = _outputs.Count is > 0 and var outputs && outputs < count ? LatencyReport.Of(_outputs) : null,
            FloorNs = _floor.Percentile(0.5),
            AllocatedBytesPerStep = (double)allocated / count,
            PeakRssBytes = PeakMemory.ResidentBytes(),
            StepsPerSecond = stepsPerSecond,
            RateHz = rate,
            TimesRealTime = stepsPerSecond / rate,
            DeadlineMisses = rateHz is { } paced ? RunPaced(session, inputs, paced, count) : null,
            OutputCrc32 = crc.ToString("x8", null),
        };
    }

    private uint OutputCrc(Session session)
    {
        var crc = new Crc32();
        var inputs = new BenchInputs(model);
        for (var step = 0L; step < Math.Min(CrcSteps, model.Program.MaxSteps ?? CrcSteps); step++)
        {
            inputs.Fill(session);
            session.Step();
            for (var output = 0; output < model.Outputs.Count; output++)
            {
                if (session.IsReady(output))
                    crc.Append(Bytes(session, output));
            }
        }

        return crc.GetCurrentHashAsUInt32();
    }

    private ReadOnlySpan<byte> Bytes(Session session, int output) => model.Outputs[output].Type == ElementType.F32
        ? MemoryMarshal.AsBytes(session.Output(output))
        : MemoryMarshal.AsBytes(session.OutputI64(output));

    /// <summary>Steps until the machine code is warm and the program has given outputs; the mean time of a step.</summary>
    private long WarmUp(Session session, BenchInputs inputs)
    {
        var slowest = model.Outputs.Max(output => output.Offset + 2L * output.Rate);
        var most = Math.Max(WarmUpSteps, slowest);
        var nanoseconds = TimeSteps(session, inputs, most, MostWarmUpNanoseconds);
        return nanoseconds / Math.Max(1, _steps.Count);
    }

    /// <summary>Runs and times steps, each by itself, until there are enough of them or they took so long; returns their sum in
    /// nanoseconds.</summary>
    private long TimeSteps(Session session, BenchInputs inputs, long count, long mostNanoseconds)
    {
        long sum = 0;
        for (var i = 0L; i < count && sum < mostNanoseconds; i++)
        {
            if (session.StepCount == model.Program.MaxSteps)
                session.Reset();
            inputs.Fill(session);
            var begin = MonotonicClock.Now;
            var result = session.Step();
            var time = MonotonicClock.Now - begin;
            _steps.Add(time);
            if (result.HasOutput)
                _outputs.Add(time);
            sum += time;
        }

        return sum;
    }

    private void TimeFloor()
    {
        for (var i = 0; i < FloorReadsPerRound; i++)
        {
            var begin = MonotonicClock.Now;
            _sink ^= _weights.Read();
            _floor.Add(MonotonicClock.Now - begin);
        }
    }

    private long RunPaced(Session session, BenchInputs inputs, double rateHz, long count)
    {
        using var stop = new StopSignal();
        var pacer = new Pacer(rateHz, stop);
        var steps = Math.Min(count, Math.Max(1, (long)(rateHz * LongestPacedSeconds)));
        for (var i = 0L; i < steps; i++)
        {
            pacer.Wait();
            TimeSteps(session, inputs, 1, long.MaxValue);
        }

        return pacer.DeadlineMisses;
    }
}
