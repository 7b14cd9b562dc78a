using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.State;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Tests.State;

public sealed class SnapshotStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Model _model = TestPrograms.Delay();
    private readonly List<string> _warnings = [];

    private string FilePath => _folder.File("state");

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_run_goes_on_where_it_was_saved()
    {
        using var first = NewRun();
        first.Step(3, 4);
        new SnapshotStore(FilePath).Save(first.State);

        using var second = NewRun();
        Assert.True(new SnapshotStore(FilePath).TryRestore(second.State, _warnings.Add));

        Assert.Equal(1, second.State.Steps);
        Assert.Equal([3, 4], second.State.Inputs.Floats(0).ToArray());
        Assert.Equal([3, 4], second.Step(5, 6));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Open_events_go_on_too()
    {
        var events = new List<string>();
        using var first = NewRun("on=1, classes=left");
        first.Decide(0, events, 2, 0);
        new SnapshotStore(FilePath).Save(first.State);

        using var second = NewRun("on=1, classes=left");
        new SnapshotStore(FilePath).TryRestore(second.State, _warnings.Add);
        second.Decide(1, events, 0, 0);

        Assert.Equal(["start 0", "end 0-1"], events);
    }

    [Fact]
    public void Under_another_rule_the_session_goes_on_and_decisions_start_anew()
    {
        using var first = NewRun("on=1");
        first.Step(3, 4);
        new SnapshotStore(FilePath).Save(first.State);

        using var second = NewRun("on=2");
        Assert.True(new SnapshotStore(FilePath).TryRestore(second.State, _warnings.Add));

        Assert.Equal([3, 4], second.Step(5, 6));
        Assert.Contains("another rule", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_of_another_program_is_not_used()
    {
        using var other = TestPrograms.EverySecond();
        using var first = new SavedRun(other, null);
        new SnapshotStore(FilePath).Save(first.State);

        using var second = NewRun();
        Assert.False(new SnapshotStore(FilePath).TryRestore(second.State, _warnings.Add));

        Assert.Equal([0, 0], second.Step(1, 2));
        Assert.Contains("another program", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_newest_is_damaged_the_one_before_it_is_used()
    {
        using var first = NewRun();
        var store = new SnapshotStore(FilePath);
        first.Step(3, 4);
        store.Save(first.State);
        first.Step(5, 6);
        store.Save(first.State);
        var bytes = File.ReadAllBytes(FilePath);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(FilePath, bytes);

        using var second = NewRun();
        Assert.True(new SnapshotStore(FilePath).TryRestore(second.State, _warnings.Add));

        Assert.Equal([3, 4], second.Step(7, 8));
        Assert.Single(_warnings);
    }

    [Fact]
    public void No_damaged_byte_and_no_cut_is_taken_for_a_snapshot()
    {
        using var run = NewRun("on=1");
        run.Step(3, 4);
        new SnapshotStore(FilePath).Save(run.State);
        var whole = File.ReadAllBytes(FilePath);
        for (var i = 0; i < whole.Length; i++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[i] ^= 0x10;
            Assert.Throws<EdgeSeqException>(() => RunSnapshot.Read(damaged, run.State));
            Assert.Throws<EdgeSeqException>(() => RunSnapshot.Read(whole.AsSpan(0, i), run.State));
        }
    }

    [Fact]
    public void Whatever_operation_fails_the_last_snapshot_or_the_one_before_is_restored()
    {
        for (var failing = 0; ; failing++)
        {
            using var run = NewRun();
            run.Step(1, 1);
            new SnapshotStore(FilePath).Save(run.State);
            run.Step(2, 2);
            var files = new FailingFiles(failing);
            var hasFailed = false;
            try
            {
                new SnapshotStore(FilePath, files).Save(run.State);
            }
            catch (EdgeSeqException e)
            {
                Assert.Equal(ErrorCodes.WriteFailed, e.Code);
                hasFailed = true;
            }

            using var next = NewRun();
            Assert.True(new SnapshotStore(FilePath).TryRestore(next.State, _warnings.Add), $"operation {failing}");
            var steps = next.State.Steps;
            Assert.True(steps == 2 || (steps == 1 && hasFailed), $"operation {failing}: {steps} steps");
            Assert.Equal(steps == 1 ? [1, 1] : [2, 2], next.Step(9, 9));
            Assert.All(_folder.Names, name => Assert.Contains(name, new[] { "state", "state.previous" }));
            Assert.Empty(_warnings);
            if (!hasFailed)
                break;
        }
    }

    private SavedRun NewRun(string? rule = null) => new(_model, rule);

    /// <summary>A run's parts without its loop.</summary>
    private sealed class SavedRun : IDisposable
    {
        private readonly Session _session;

        public SavedRun(Model model, string? rule)
        {
            _session = model.CreateSession();
            State = new RunState
            {
                Session = _session,
                Inputs = new StepInputs(model.Inputs),
                VisitSource = _ => { },
                Decisions = rule is null ? null : new DecisionEngine(RuleParser.Parse(rule), DecisionContext.Of(model, 1, null)),
                Rule = rule,
            };
        }

        public RunState State { get; }

        public float[] Step(params float[] input)
        {
            input.CopyTo(State.Inputs.Floats(0));
            input.CopyTo(_session.Input(0));
            _session.Step();
            State.Steps++;
            return _session.Output(0).ToArray();
        }

        public void Decide(int step, List<string> events, params float[] scores) =>
            State.Decisions!.Step(new FakeOutputs([scores]) { StepIndex = step }, State.Inputs, new Receiver(events));

        public void Dispose() => _session.Dispose();
    }

    private sealed class Receiver(List<string> events) : IDecisionReceiver
    {
        public void Receive(in DecisionEvent decided) =>
            events.Add(decided.IsStart ? $"start {decided.StartSample}" : $"end {decided.StartSample}-{decided.EndSample}");
    }
}
