using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Tests.Run;

public class RunLoopTests
{
    private static readonly float[][] Faulty = [[1, 1], [float.NaN, 2], [3, 3], [4, 4]];

    [Fact]
    public void Each_recording_of_a_set_starts_anew()
    {
        var (summary, sink) = Run(new ListSource(true, [[1, 1], [2, 2]], [[3, 3], [4, 4]]));

        Assert.Equal(["0.0: 0 0", "0.1: 1 1", "1.0: 0 0", "1.1: 3 3"], sink.Rows);
        Assert.Equal((2, 4, 4), (summary.Recordings, summary.Steps, summary.Outputs));
        Assert.True(sink.IsComplete);
    }

    [Fact]
    public void A_slower_output_is_written_when_it_comes()
    {
        using var model = TestPrograms.EverySecond();
        var (summary, sink) = Run(model, new ListSource(false, [[1, 1], [2, 2], [3, 3], [4, 4]]), new RunOptions());

        Assert.Equal(["0.1: 2 2", "0.3: 4 4"], sink.Rows);
        Assert.Equal(2, summary.Outputs);
    }

    [Theory]
    [InlineData(true, "0.1: 2 2", "0.2: 9 9", "1.1: 4 4", "1.2: 9 9")]
    [InlineData(false, "0.1: 2 2", "1.1: 4 4")]
    public void The_end_of_each_recording_comes_out(bool flushes, params string[] rows)
    {
        using var model = TestPrograms.Ahead();
        var source = new ListSource(true, [[1, 1], [2, 2]], [[3, 3], [4, 4]]);
        Assert.Equal(rows, Run(model, source, new RunOptions { Flushes = flushes }).Sink.Rows);
    }

    [Fact]
    public void A_stream_that_goes_on_from_a_snapshot_is_not_flushed()
    {
        using var folder = new TempFolder();
        using var model = TestPrograms.Ahead();
        var source = new ListSource(false, [[1, 1], [2, 2]]);
        Assert.Equal(["0.1: 2 2"], Run(model, source, new RunOptions { Snapshot = folder.File("state") }).Sink.Rows);
    }

    [Fact]
    public void A_fault_stops_the_run_and_names_the_place()
    {
        var sink = new ListSink();
        using var model = TestPrograms.Delay();
        using var session = model.CreateSession();
        using var stop = new StopSignal();
        var loop = new RunLoop(model, session, new ListSource(true, [], Faulty), sink, new RunOptions(), stop);

        var error = Assert.Throws<EdgeSeqException>(loop.Run);
        Assert.Equal(ErrorCodes.SampleNotFinite, error.Code);
        Assert.Contains("recording 1, step 1: input 'x' element 0", error.Message, StringComparison.Ordinal);
        Assert.Single(sink.Rows);
        Assert.Equal(1, sink.Flushes);
        Assert.False(sink.IsComplete);
    }

    [Theory]
    [InlineData(FaultPolicy.Hold, "0.0: 1.5E+38", "0.1: 1.5E+38", "0.2: 1.5E+38")]
    [InlineData(FaultPolicy.Reset, "0.0: 1.5E+38", "0.1: 1.5E+38")]
    public void An_overflow_inside_the_model_is_a_fault_too(FaultPolicy policy, params string[] rows)
    {
        using var model = TestPrograms.Sum();
        var (summary, sink) = Run(model, new ListSource(false, [[1.5e38f], [-1], [3e38f]]), new RunOptions { OnFault = policy });

        Assert.Equal(1, policy == FaultPolicy.Hold ? summary.HeldSteps : summary.FaultResets);
        Assert.Equal(rows, sink.Rows);
    }

    [Fact]
    public void A_held_fault_repeats_the_last_good_input()
    {
        var (summary, sink) = Run(new ListSource(false, Faulty), new RunOptions { OnFault = FaultPolicy.Hold });

        Assert.Equal(["0.0: 0 0", "0.1: 1 1", "0.2: 1 1", "0.3: 3 3"], sink.Rows);
        Assert.Equal((1, 0), (summary.HeldSteps, summary.RefusedSteps));
    }

    [Fact]
    public void A_resetting_fault_leaves_the_step_out_and_starts_anew()
    {
        var (summary, sink) = Run(new ListSource(false, Faulty), new RunOptions { OnFault = FaultPolicy.Reset });

        Assert.Equal(["0.0: 0 0", "0.2: 0 0", "0.3: 3 3"], sink.Rows);
        Assert.Equal((1, 1), (summary.RefusedSteps, summary.FaultResets));
    }

    [Fact]
    public void A_snapshot_carries_the_state_to_the_next_run()
    {
        using var folder = new TempFolder();
        var options = new RunOptions { Snapshot = folder.File("state") };
        Run(new ListSource(false, [[1, 1], [2, 2]]), options);
        var (_, sink) = Run(new ListSource(false, [[3, 3]]), options);

        Assert.Equal(["0.2: 2 2"], sink.Rows);
        Assert.Equal(["state", "state.previous"], folder.Names);
    }

    [Fact]
    public void A_snapshot_of_a_set_of_recordings_is_a_usage_error()
    {
        var error = Assert.Throws<EdgeSeqException>(() => Run(new ListSource(true, [[1, 1]]), new RunOptions { Snapshot = "state" }));
        Assert.Equal(ExitCode.Usage, error.ExitCode);
    }

    [Fact]
    public void A_damaged_snapshot_is_not_used_and_the_run_starts_clean()
    {
        using var folder = new TempFolder();
        var warnings = new List<string>();
        var options = new RunOptions { Snapshot = folder.Write("state", [1, 2, 3]), Warn = warnings.Add };
        var (_, sink) = Run(new ListSource(false, [[1, 1]]), options);

        Assert.Equal(["0.0: 0 0"], sink.Rows);
        Assert.Contains("EDGESEQR", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_step_limit_ends_an_endless_source()
    {
        using var model = TestPrograms.Delay();
        using var source = SourceCatalog.Open("sim:noise", Inputs.Context([.. model.Inputs]));
        var (summary, sink) = Run(model, source, new RunOptions { MaxSteps = 10 });

        Assert.Equal(10, summary.Steps);
        Assert.Equal(10, sink.Rows.Count);
    }

    [Fact]
    public void The_stop_signal_ends_the_run_in_good_order()
    {
        using var folder = new TempFolder();
        using var model = TestPrograms.Delay();
        using var session = model.CreateSession();
        using var stop = new StopSignal();
        using var source = SourceCatalog.Open("sim:noise", Inputs.Context([.. model.Inputs]));
        var sink = new ListSink();
        var options = new RunOptions { Snapshot = folder.File("state"), Progress = _ => stop.Set() };

        var summary = new RunLoop(model, session, source, sink, options, stop).Run();
        Assert.True(summary.WasInterrupted);
        Assert.True(sink.IsComplete);
        Assert.True(File.Exists(folder.File("state")));
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("csv")]
    [InlineData("npy")]
    public void A_step_from_file_to_file_allocates_nothing(string kind)
    {
        const int Steps = 5000, Runs = 4;
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats(new float[2 * Steps], Steps, 2));
        Allocated(10);

        Assert.Equal(Least(Steps / 5), Least(Steps));

        // A collection that other tests of the process bring about counts what is left of this thread's memory as allocated.
        long Least(long steps) => Enumerable.Range(0, Runs).Min(_ => Allocated(steps));

        long Allocated(long steps)
        {
            using var model = TestPrograms.Delay();
            using var session = model.CreateSession();
            using var source = SourceCatalog.Open($"npy:{path}", Inputs.Context([.. model.Inputs]));
            using var sink = SinkCatalog.Open($"{kind}:{folder.File("out")}", new SinkContext { Outputs = model.Outputs, IsBatch = false });
            using var stop = new StopSignal();
            var loop = new RunLoop(model, session, source, sink, new RunOptions { MaxSteps = steps }, stop);
            var before = GC.GetAllocatedBytesForCurrentThread();
            loop.Run();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static (RunSummary Summary, ListSink Sink) Run(ISource source, RunOptions? options = null)
    {
        using var model = TestPrograms.Delay();
        return Run(model, source, options ?? new RunOptions());
    }

    private static (RunSummary Summary, ListSink Sink) Run(Model model, ISource source, RunOptions options)
    {
        using var session = model.CreateSession();
        using var stop = new StopSignal();
        var sink = new ListSink();
        return (new RunLoop(model, session, source, sink, options, stop).Run(), sink);
    }
}
