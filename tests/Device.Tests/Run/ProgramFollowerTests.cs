using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Tests.Run;

/// <summary>Programs y = x of one, two or three steps before, so that outputs tell which one ran and from which state.</summary>
public sealed class ProgramFollowerTests : IDisposable
{
    private static readonly string[] Labels = ["left", "right"];

    private readonly TempFolder _folder = new();
    private readonly List<string> _told = [];

    private string Path => _folder.File("program.eseq");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_file_runs_from_the_next_recording_on()
    {
        var (summary, rows) = Run(
            new ListSource(true, [[1, 1], [2, 2], [3, 3]], [[4, 4], [5, 5], [6, 6]]), new RunOptions(),
            (_, step) =>
            {
                if (step == 0)
                    Replace(TestPrograms.DelayFile(2, Labels));
            });

        Assert.Equal(["0 0", "1 1", "2 2", "0 0", "0 0", "4 4"], rows);
        Assert.Equal((1, 0), (summary.Reloads, summary.RefusedReloads));
        Assert.Equal([$"{Path}: the new program runs from here on, from a new state"], _told);
    }

    [Fact]
    public void It_runs_at_once_where_it_is_asked_for()
    {
        var (summary, rows) = Run(Stream(6), new RunOptions(), (follower, step) =>
        {
            if (step != 1)
                return;
            Replace(TestPrograms.DelayFile(2, Labels));
            follower.Request();
        });

        Assert.Equal(["0 0", "1 1", "0 0", "0 0", "3 3", "4 4"], rows);
        Assert.Equal(1, summary.Reloads);
    }

    [Fact]
    public void It_runs_from_the_next_reset_after_a_fault_on()
    {
        var source = new ListSource(false, [[1, 1], [2, 2], [float.NaN, 0], [4, 4], [5, 5], [6, 6]]);
        var (summary, rows) = Run(source, new RunOptions { OnFault = FaultPolicy.Reset }, (_, step) =>
        {
            if (step == 1)
                Replace(TestPrograms.DelayFile(2, Labels));
        });

        Assert.Equal(["0 0", "1 1", "0 0", "0 0", "4 4"], rows);
        Assert.Equal((1, 1), (summary.Reloads, summary.RefusedSteps));
    }

    [Fact]
    public void A_stream_without_reset_keeps_its_program_until_it_is_asked()
    {
        var (summary, rows) = Run(Stream(3), new RunOptions(), (_, _) => Replace(TestPrograms.DelayFile(2, Labels)));

        Assert.Equal(["0 0", "1 1", "2 2"], rows);
        Assert.Equal(0, summary.Reloads);
    }

    [Theory]
    [InlineData("no program", "the new file is not used, the program goes on")]
    [InlineData("cut", "the new file is not used, the program goes on")]
    [InlineData("labels", "its output 'y' differs from 'y' in name, type, shape, labels or rate: it needs a new run")]
    public void A_bad_file_is_refused_once_and_counted_and_the_program_goes_on(string kind, string words)
    {
        var content = kind switch
        {
            "cut" => TestPrograms.DelayFile(2, Labels)[..200],
            "labels" => TestPrograms.DelayFile(2, "up", "down"),
            _ => "no program"u8.ToArray(),
        };
        var (summary, rows) = Run(Stream(4), new RunOptions(), (follower, step) =>
        {
            if (step == 0)
                Replace(content);
            follower.Request();
        });

        Assert.Equal(["0 0", "1 1", "2 2", "3 3"], rows);
        Assert.Equal((0, 1), (summary.Reloads, summary.RefusedReloads));
        Assert.Contains(words, _told[0], StringComparison.Ordinal);
        Assert.All(_told[1..], told => Assert.EndsWith("is still the program that runs", told, StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_program_in_a_new_file_keeps_the_state()
    {
        var (summary, rows) = Run(Stream(4), new RunOptions(), (follower, step) =>
        {
            if (step != 1)
                return;
            Replace(TestPrograms.DelayFile(1, Labels));
            follower.Request();
        });

        Assert.Equal(["0 0", "1 1", "2 2", "3 3"], rows);
        Assert.Equal((0, 0), (summary.Reloads, summary.RefusedReloads));
        Assert.Equal([$"{Path}: the new file is the program that runs; its state goes on"], _told);
    }

    [Fact]
    public void A_file_that_is_gone_changes_nothing()
    {
        var (summary, rows) = Run(Stream(3), new RunOptions(), (follower, step) =>
        {
            File.Delete(Path);
            follower.Request();
        });

        Assert.Equal(["0 0", "1 1", "2 2"], rows);
        Assert.Equal((0, 0), (summary.Reloads, summary.RefusedReloads));
    }

    [Fact]
    public void Open_events_end_where_the_new_program_begins()
    {
        var (_, rows) = Run(Stream(6), new RunOptions(), (follower, step) =>
        {
            if (step != 2)
                return;
            Replace(TestPrograms.DelayFile(2, Labels));
            follower.Request();
        }, rule: "on=1, classes=left");

        Assert.Equal(
            ["0 0", "1 1", "start 1", "2 2", "end 1-3", "0 0", "0 0", "4 4", "start 5", "end 5-6"], rows);
    }

    [Fact]
    public void The_snapshot_belongs_to_the_new_program()
    {
        var options = new RunOptions { Snapshot = _folder.File("state") };
        Run(Stream(4), options, (follower, step) =>
        {
            if (step != 1)
                return;
            Replace(TestPrograms.DelayFile(3, Labels));
            follower.Request();
        });

        var (_, rows) = Run(Stream(2), options, (_, _) => { }, first: TestPrograms.DelayFile(3, Labels));
        Assert.Equal(["0 0", "3 3"], rows);
    }

    [Fact]
    public void Looking_for_a_new_file_allocates_nothing()
    {
        _folder.Write("program.eseq", TestPrograms.DelayFile(1, Labels));
        var stamp = FileStamp.Of(Path);
        using var model = Model.Load(Path);
        using var follower = new ProgramFollower(Path, stamp, map: false, model, _ => null, _told.Add);
        follower.TryTake(out _, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Assert.False(follower.TryTake(out _, out _));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static ListSource Stream(int steps) =>
        new(false, [[.. Enumerable.Range(1, steps).Select(i => new float[] { i, i })]]);

    private void Replace(byte[] content) =>
        File.Move(_folder.Write("new.eseq", content), Path, overwrite: true);

    /// <param name="afterStep">Called after each output with the follower and the number of the output.</param>
    private (RunSummary Summary, List<string> Rows) Run(
        ISource source, RunOptions options, Action<ProgramFollower, int> afterStep, string? rule = null, byte[]? first = null)
    {
        _folder.Write("program.eseq", first ?? TestPrograms.DelayFile(1, Labels));
        var stamp = FileStamp.Of(Path);
        using var model = Model.Load(Path);
        using var session = model.CreateSession();
        using var stop = new StopSignal();
        DecisionEngine? Decide(Model program) =>
            rule is null ? null : new DecisionEngine(RuleParser.Parse(rule), DecisionContext.Of(program, 1, null));
        using var follower = new ProgramFollower(Path, stamp, map: false, model, Decide, _told.Add);
        var sink = new ActingSink(step => afterStep(follower, step));
        var own = options with { Follower = follower, Decisions = Decide(model) };
        return (new RunLoop(model, session, source, sink, own, stop).Run(), sink.Rows);
    }

    /// <summary>Keeps outputs and events, and lets the test act between steps.</summary>
    private sealed class ActingSink(Action<int> afterOutput) : ISink
    {
        private int _outputs;

        public List<string> Rows { get; } = [];

        public void Write(IStepOutputs outputs)
        {
            Rows.Add(string.Join(' ', outputs.Floats(0).ToArray()));
            afterOutput(_outputs++);
        }

        public void Receive(in DecisionEvent decided) =>
            Rows.Add(decided.IsStart ? $"start {decided.StartSample}" : $"end {decided.StartSample}-{decided.EndSample}");

        public void EndRecording()
        {
        }

        public void Flush()
        {
        }

        public void Complete()
        {
        }

        public void Dispose()
        {
        }
    }
}
