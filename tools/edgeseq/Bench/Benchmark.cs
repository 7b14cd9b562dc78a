using System.IO.Hashing;
using System.Runtime.InteropServices;
using EdgeSeq.Device;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Tool.Json;

namespace EdgeSeq.Tool.Bench;

/// <summary>Times single steps of a program on this machine, and beside them the reading of its weights, in the same rounds. Programs
/// that are compared take turns, round by round.</summary>
internal sealed class Benchmark : IDisposable
{
    public const int Rounds = 32;

    private const int CrcSteps = 256;
    private const int WarmUpSteps = 64;
    private const int FloorTimesPerRound = 8;
    private const long DefaultNanoseconds = 1_000_000_000;

    /// <summary>Where steps or outputs are so slow that the usual numbers would take longer.</summary>
    private const long MostNanoseconds = 4_000_000_000;
    private const long MostWarmUpNanoseconds = 1_000_000_000;
    private const long MinSteps = 1024;
    private const long MaxSteps = 1 << 20;
    private const double LongestPacedSeconds = 2;

    /// <summary>Below that, reading the clock before and after would be a good part of what is measured.</summary>
    private const long ShortStepNanoseconds = 1000;
    private const int StepsOfBurst = 16;

    private readonly LatencyHistogram _steps = new();
    private readonly LatencyHistogram _outputs = new();
    private readonly LatencyHistogram _floor = new();
    private readonly LatencyHistogram _floorFetchedAhead = new();
    private readonly Model _model;
    private readonly WeightFloor _weights;
    private readonly Session _session;
    private readonly BenchInputs _inputs;
    private readonly uint _crc;
    private readonly long _count;
    private readonly long _mostNanoseconds;
    private long _nanoseconds;
    private long _allocated;
    private long _sink;

    /// <summary>Steps between two readings of the clock; each then counts with their mean.</summary>
    private int _burst = 1;

    /// <summary>Warms the program up.</summary>
    /// <param name="steps">Steps to time; null for about a second's worth.</param>
    public Benchmark(Model model, long? steps)
    {
        _model = model;
        _weights = new WeightFloor(model);
        _session = model.CreateSession();
        _crc = OutputCrc(_session);
        _inputs = new BenchInputs(model);
        _session.Reset();
        var meanNs = WarmUp(_session, _inputs);
        _count = steps ?? Math.Clamp(DefaultNanoseconds / Math.Max(1, meanNs), MinSteps, MaxSteps);
        _mostNanoseconds = steps is null ? MostNanoseconds : long.MaxValue;
        _steps.Clear();
        _outputs.Clear();
        if (meanNs < ShortStepNanoseconds && model.Outputs.All(output => output is { Rate: 1, Offset: 0 }))
            _burst = StepsOfBurst;

        // The first reading of the counter allocates.
        _ = GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>Steps timed so far.</summary>
    public long Steps => _steps.Count;

    /// <summary>One of <see cref="Rounds"/>; does nothing once steps took very long together.</summary>
    public void Round(int round)
    {
        if (_nanoseconds >= _mostNanoseconds)
            return;
        var share = _count * (round + 1) / Rounds - _count * round / Rounds;
        var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        _nanoseconds += TimeSteps(_session, _inputs, share, _mostNanoseconds - _nanoseconds);
        _allocated += GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        TimeFloor();
    }

    /// <param name="name">The program's file.</param>
    /// <param name="rateHz">Steps a second of the paced part; null leaves it out.</param>
    /// <param name="withOps">Whether to time each op, too.</param>
    public BenchReport Report(string name, double? rateHz, bool withOps)
    {
        var count = _steps.Count;
        var stepsPerSecond = count * 1e9 / _nanoseconds;
        var rate = rateHz ?? _model.RateHz;
        return new BenchReport
        {
            Program = name,
            Isa = _model.Isa,
            WeightBytes = _model.WeightBytes,
            StateBytes = _model.StateBytes,
            ArenaBytes = _model.ArenaBytes,
            Steps = count,
            StepNs = LatencyReport.Of(_steps),
            StepsWithOutput = _outputs.Count,
            OutputNs = _outputs.Count is > 0 and var outputs && outputs < count ? LatencyReport.Of(_outputs) : null,
            FloorNs = FloorNs(),
            AllocatedBytesPerStep = (double)_allocated / count,
            PeakRssBytes = PeakMemory.ResidentBytes(),
            StepsPerSecond = stepsPerSecond,
            RateHz = rate,
            TimesRealTime = stepsPerSecond / rate,
            DeadlineMisses = rateHz is { } paced ? RunPaced(_session, _inputs, paced, count) : null,
            OutputCrc32 = _crc.ToString("x8", null),
            Ops = withOps ? OpReports(OpTimes.Measure(_model, _session, _inputs, count)) : null,
        };
    }

    public void Dispose() => _session.Dispose();

    private OpTimeReport[] OpReports(double[] times)
    {
        var all = 0.0;
        foreach (var time in times)
            all += time;
        var reports = new OpTimeReport[times.Length];
        for (var op = 0; op < reports.Length; op++)
        {
            var spec = _model.Program.Ops[op];
            reports[op] = new OpTimeReport(spec.Name, spec.Op, times[op], all > 0 ? times[op] / all : 0);
        }

        return reports;
    }

    private uint OutputCrc(Session session)
    {
        var crc = new Crc32();
        var inputs = new BenchInputs(_model);
        for (var step = 0L; step < Math.Min(CrcSteps, _model.MaxSteps ?? CrcSteps); step++)
        {
            inputs.Fill(session);
            session.Step();
            for (var output = 0; output < _model.Outputs.Count; output++)
            {
                if (session.IsReady(output))
                    crc.Append(Bytes(session, output));
            }
        }

        return crc.GetCurrentHashAsUInt32();
    }

    private ReadOnlySpan<byte> Bytes(Session session, int output) => _model.Outputs[output].Type == ElementType.F32
        ? MemoryMarshal.AsBytes(session.Output(output))
        : MemoryMarshal.AsBytes(session.OutputI64(output));

    /// <summary>Steps until the machine code is warm and the program has given outputs; the mean time of a step.</summary>
    private long WarmUp(Session session, BenchInputs inputs)
    {
        var slowest = _model.Outputs.Max(output => output.Offset + 2L * output.Rate);
        var most = Math.Max(WarmUpSteps, slowest);
        var nanoseconds = TimeSteps(session, inputs, most, MostWarmUpNanoseconds);
        return nanoseconds / Math.Max(1, _steps.Count);
    }

    /// <summary>Runs and times steps, each or each burst by itself, until there are enough of them or they took so long; returns their sum
    /// in nanoseconds.</summary>
    private long TimeSteps(Session session, BenchInputs inputs, long count, long mostNanoseconds)
    {
        long sum = 0;
        for (var i = 0L; i < count && sum < mostNanoseconds;)
        {
            var burst = (int)Math.Min(_burst, count - i);
            inputs.Fill(session);
            var begin = MonotonicClock.Now;
            var hasOutput = Step(session, burst);
            var time = MonotonicClock.Now - begin;
            for (var end = i + burst; i < end; i++)
            {
                _steps.Add(time / burst);
                if (hasOutput)
                    _outputs.Add(time / burst);
            }

            sum += time;
        }

        return sum;
    }

    /// <returns>Whether the last of these steps has an output.</returns>
    private bool Step(Session session, int steps)
    {
        var hasOutput = false;
        for (var i = 0; i < steps; i++)
        {
            if (session.StepCount == _model.MaxSteps)
                session.Reset();
            hasOutput = session.Step();
        }

        return hasOutput;
    }

    private void TimeFloor()
    {
        TimeFloor(_floor, fetchAhead: false);
        if (WideReads.CanFetchAhead)
            TimeFloor(_floorFetchedAhead, fetchAhead: true);
    }

    private void TimeFloor(LatencyHistogram times, bool fetchAhead)
    {
        _sink ^= _weights.Read(fetchAhead);
        for (var i = 0; i < FloorTimesPerRound; i++)
        {
            var begin = MonotonicClock.Now;
            for (var read = 0; read < _burst; read++)
                _sink ^= _weights.Read(fetchAhead);
            times.Add((MonotonicClock.Now - begin) / _burst);
        }
    }

    private long FloorNs() => _floorFetchedAhead.Count > 0
        ? Math.Min(_floor.Percentile(0.5), _floorFetchedAhead.Percentile(0.5))
        : _floor.Percentile(0.5);

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
