using EdgeSeq.Device;
using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Tool.Terminal;
using EdgeSeq.Tool.Watch;

namespace EdgeSeq.Cli.Tests.Watch;

public sealed class WatchViewTests : IDisposable
{
    private readonly Model _model = TestPrograms.Delay();
    private readonly List<string> _frames = [];
    private readonly StepInputs _inputs;
    private readonly WatchView _view;

    public WatchViewTests()
    {
        _inputs = new StepInputs(_model.Inputs);
        var context = new SinkContext
        {
            Outputs = _model.Outputs,
            IsBatch = false,
            EventNames = ["left", "right"],
            SamplesPerSecond = 10,
        };
        _view = new WatchView(_model, "sim:noise", context, new Style(useColor: false), _frames.Add, () => 60);
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public void It_is_redrawn_at_most_ten_times_a_second()
    {
        var start = MonotonicClock.Now;
        for (var steps = 0; MonotonicClock.Now - start < 450_000_000; steps++)
            Step(steps);

        Assert.InRange(_frames.Count, 2, 5);
    }

    [Fact]
    public void A_frame_has_the_inputs_and_the_last_events()
    {
        for (var i = 0; i < 7; i++)
            _view.Receive(new DecisionEvent { Name = i % 2, IsStart = true, Recording = 0, StartSample = 10 * i, Score = 1 });
        _view.Receive(new DecisionEvent { Name = 1, IsStart = false, Recording = 0, StartSample = 25, EndSample = 45, Score = 1 });
        _inputs.Floats(0)[1] = 0.25f;
        Step(3);

        var frame = Assert.Single(_frames);
        Assert.Contains("x[1]", frame, StringComparison.Ordinal);
        Assert.Contains("     0.25\n", frame, StringComparison.Ordinal);
        Assert.DoesNotContain("2.0 s  left starts", frame, StringComparison.Ordinal);
        Assert.Contains("     6.0 s  left starts, score 1.00\n     2.5 s  right until 4.5 s\n", frame, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_said_meanwhile_is_kept_up_to_a_limit()
    {
        for (var i = 0; i < 30; i++)
            _view.Note($"warning: {i}");
        Step(0);

        Assert.Equal(Enumerable.Range(10, 20).Select(i => $"warning: {i}"), _view.Notes);
        Assert.Contains("warning: 29", Assert.Single(_frames), StringComparison.Ordinal);
    }

    private void Step(long steps) => _view.StepDone(new RunProgress(_inputs, steps, 0, 0, 0, new LatencyHistogram(), null));
}
