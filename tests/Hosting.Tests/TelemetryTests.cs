using System.Diagnostics;
using System.Diagnostics.Metrics;
using EdgeSeq.Runtime.Tests.Fixtures;
using Microsoft.Extensions.Logging;

namespace EdgeSeq.Hosting.Tests;

/// <summary>Measurements, traces and logs of models and streams, and what they cost.</summary>
public sealed class TelemetryTests : IDisposable
{
    private const int Steps = 10_000;

    private readonly ProgramFile _file = new(SmallPrograms.Delayed());
    private readonly ListLog _log = new();
    private readonly TestMeters _meters = new();

    public void Dispose()
    {
        _meters.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void Loads_sessions_and_steps_are_counted_under_the_documented_names()
    {
        using var numbers = new Numbers(_meters);
        using var model = NewModel();
        var output = new float[2];
        using (var session = model.CreateSession())
        {
            session.Step([1, 2], output);
            session.Step([3, 4], output);
            session.Step([float.NaN, 4], output);
            Assert.Equal(1, numbers.Sum("edgeseq.sessions", "edgeseq.program=mine.eseq"));
        }

        Assert.Equal(1, numbers.Sum("edgeseq.loads", "edgeseq.program=mine.eseq", "edgeseq.result=loaded"));
        Assert.Equal(2, numbers.Sum("edgeseq.steps", "edgeseq.program=mine.eseq", "edgeseq.outcome=output"));
        Assert.Equal(1, numbers.Sum("edgeseq.steps", "edgeseq.program=mine.eseq", "edgeseq.outcome=refused"));
        Assert.Equal(3, numbers.Count("edgeseq.step.duration"));
        Assert.InRange(numbers.Sum("edgeseq.step.duration", "edgeseq.program=mine.eseq"), 1e-9, 10);
        Assert.Equal(0, numbers.Sum("edgeseq.sessions", "edgeseq.program=mine.eseq"));
    }

    [Fact]
    public void The_names_are_those_of_the_page()
    {
        var page = File.ReadAllText(Path.Combine(Device.Tests.Fixtures.Repository.Root, "docs", "hosting.md"));
        var names = typeof(EdgeSeqTelemetry).GetFields().Select(field => (string)field.GetValue(null)!);
        Assert.All(names, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void A_step_allocates_nothing_with_and_without_listeners()
    {
        using var model = NewModel();
        using var session = model.CreateSession();
        Assert.Equal(0, AllocatedBySteps(session));
        using var numbers = new MeterListener { InstrumentPublished = Enable };
        var measured = 0L;
        numbers.SetMeasurementEventCallback<double>((_, _, _, _) => measured++);
        numbers.Start();
        Assert.Equal(0, AllocatedBySteps(session));
        Assert.Equal(Steps + 1, measured);
    }

    [Fact]
    public async Task A_stream_is_a_trace_with_its_numbers()
    {
        using var traces = new Traces();
        using var model = NewModel();
        await foreach (var output in model.RunAsync(Samples([1, 2], [float.NaN, 0], [3, 4]), TestContext.Current.CancellationToken))
            Assert.Equal(2, output.Values.Count);

        var stream = Assert.Single(traces.Of("edgeseq.stream", model.Current.Checksum));
        Assert.Equal("mine.eseq", stream.GetTagItem("edgeseq.program"));
        Assert.Equal(2L, stream.GetTagItem("edgeseq.steps"));
        Assert.Equal(2L, stream.GetTagItem("edgeseq.outputs"));
        Assert.Equal(1L, stream.GetTagItem("edgeseq.refused"));
        Assert.Single(traces.Of("edgeseq.load", model.Current.Checksum));
    }

    [Fact]
    public void A_load_that_fails_is_an_error_in_the_trace()
    {
        using var traces = new Traces();
        using var numbers = new Numbers(_meters);
        _file.Write("no program"u8.ToArray());
        using var model = NewModel();
        Assert.ThrowsAny<Exception>(() => model.Current);

        var load = Assert.Single(traces.Of("edgeseq.load", null), each => each.Status == ActivityStatusCode.Error);
        Assert.Equal("ES0101", load.GetTagItem("error.type"));
        Assert.Equal(1, numbers.Sum("edgeseq.loads", "edgeseq.program=mine.eseq", "edgeseq.result=failed"));
    }

    [Fact]
    public void The_first_refusal_of_a_row_is_logged()
    {
        using var model = NewModel();
        using var session = model.CreateSession();
        var output = new float[2];
        foreach (var value in new[] { 1, float.NaN, float.NaN, 2, float.PositiveInfinity })
            session.Step([value, 0], output);
        Assert.Equal(2, _log.Entries.Count(entry => entry.Level == LogLevel.Warning));
    }

    private static async IAsyncEnumerable<float[]> Samples(params float[][] samples)
    {
        foreach (var sample in samples)
        {
            await Task.Yield();
            yield return sample;
        }
    }

    private static long AllocatedBySteps(HostedSession session)
    {
        var (sample, output) = (new float[2], new float[2]);
        session.Step(sample, output);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Steps; i++)
            session.Step(sample, output);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private HostedModel NewModel() => new(new EdgeSeqOptions { Program = _file.Path }, _log, _meters);

    private void Enable(Instrument instrument, MeterListener listener)
    {
        if (ReferenceEquals(instrument.Meter.Scope, _meters))
            listener.EnableMeasurementEvents(instrument);
    }
}
