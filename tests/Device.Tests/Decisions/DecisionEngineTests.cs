using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Tests.Decisions;

public class DecisionEngineTests
{
    private static readonly OutputInfo Score = FakeOutputs.Info("score", 1);
    private static readonly OutputInfo Classes = FakeOutputs.Info("probs", 3, "sit", "walk", "run");

    [Fact]
    public void Each_class_has_events_of_its_own() =>
        Assert.Equal(
            ["sit start 0", "sit end 0-2", "walk start 2", "walk end 2-4"],
            Events("on=0.5", Classes, [0.9f, 0.1f, 0], [0.6f, 0.4f, 0], [0.2f, 0.8f, 0], [0, 1, 0]));

    [Fact]
    public void Only_the_named_classes_make_events() =>
        Assert.Equal(["walk start 1", "walk end 1-2"], Events("on=0.5, classes=walk", Classes, [1, 0, 0], [0, 1, 0]));

    [Fact]
    public void A_majority_follows_the_class_that_was_on_top_most_often() =>
        Assert.Equal(
            ["sit start 0", "sit end 0-4", "walk start 4", "walk end 4-5"],
            Events("smooth=majority:3, on=0.6", Classes, [9, 1, 1], [9, 1, 1], [1, 9, 1], [9, 1, 1], [1, 9, 1]));

    [Fact]
    public void A_mean_takes_the_last_scores() =>
        Assert.Equal(["score start 2", "score end 2-4"], Events("on=0.5, smooth=mean:2", Score, [0], [0], [1], [0.2f], [0]));

    [Fact]
    public void An_exponential_mean_follows_slowly() =>
        Assert.Equal(["score start 3", "score end 3-4"], Events("on=0.7, smooth=exp:2", Score, [0], [1], [1], [1]));

    [Fact]
    public void A_single_score_is_named_by_the_rule() =>
    Assert.Equal(["speech start 0", "speech end 0-1"], Events("on=0.5, event=speech", Score, [1f]));

    [Fact]
    public void Positions_count_samples_of_the_source_and_leave_out_the_delay()
    {
        var late = Score with { Rate = 2, Offset = 3 };
        var context = Context(late) with { SamplesPerStep = 100 };

        Assert.Equal(["score start 0", "score end 0-200"], Events("on=0.5", context, null, null, null, [1f], null, [0f]));
    }

    [Fact]
    public void An_output_of_a_window_speaks_of_the_steps_since_the_last()
    {
        var window = Score with { Rate = 2, Offset = 3 };
        var context = Context(window) with { IsWindowed = true };

        Assert.Equal(["score start 2", "score end 2-4"], Events("on=0.5", context, null, null, null, [1f], null, [0f]));
    }

    [Fact]
    public void Seconds_need_the_rate_of_the_source()
    {
        var known = Context(Score) with { StepsPerSecond = 10, SamplesPerStep = 4 };

        Assert.Equal(["score start 0", "score end 0-8"], Events("on=0.5, least=200ms", known, [1f], [1f], [0f], [1f], [0f]));
        Assert.Contains("least is in seconds", Refusal("on=0.5, least=200ms", Context(Score)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_forecast_is_held_against_what_then_came()
    {
        // The forecast says 2 x; the series doubles, but for one value.
        var engine = new DecisionEngine(RuleParser.Parse("on=1, score=error, scale=2"), Context(Score));
        var receiver = new Receiver(engine);
        var series = new float[] { 1, 2, 4, 20, 40, 80 };
        for (var i = 0; i < series.Length; i++)
            engine.Step(new FakeOutputs([[series[i]]]) { StepIndex = i }, InputsOf(series[i]), receiver);

        Assert.Equal(["anomaly start 3", "anomaly end 3-4"], receiver.Events);
    }

    [Theory]
    [InlineData("on=1, output=nothing", "no output 'nothing'")]
    [InlineData("on=1, smooth=majority:3", "several classes")]
    [InlineData("on=1, classes=fly", "no class 'fly'")]
    [InlineData("on=1, smooth=mean:9000000", "at most")]
    public void A_rule_that_does_not_fit_the_program_is_refused(string rule, string words) =>
        Assert.Contains(words, Refusal(rule, Context(Score)), StringComparison.Ordinal);

    [Fact]
    public void A_step_allocates_nothing()
    {
        var engine = new DecisionEngine(RuleParser.Parse("on=0.6, off=0.4, smooth=mean:5, pad=2, least=2"), Context(Classes));
        var receiver = new CountingReceiver();
        var inputs = InputsOf(0);
        FakeOutputs[] outputs = [new([[1, 0, 0]]), new([[0, 1, 0]])];
        engine.Step(outputs[0], inputs, receiver);
        _ = GC.GetAllocatedBytesForCurrentThread();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            var step = outputs[i / 10 % 2];
            step.StepIndex = i;
            engine.Step(step, inputs, receiver);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(receiver.Count > 0);
    }

    private static List<string> Events(string rule, OutputInfo output, params float[]?[] steps) => Events(rule, Context(output), steps);

    private static List<string> Events(string rule, DecisionContext context, params float[]?[] steps)
    {
        var engine = new DecisionEngine(RuleParser.Parse(rule), context);
        var receiver = new Receiver(engine);
        for (var i = 0; i < steps.Length; i++)
            engine.Step(new FakeOutputs([steps[i]]) { StepIndex = i }, InputsOf(0), receiver);
        engine.Finish(new FakeOutputs([null]) { StepIndex = steps.Length }, receiver);
        return receiver.Events;
    }

    private static string Refusal(string rule, DecisionContext context)
    {
        var error = Assert.Throws<EdgeSeqException>(() => new DecisionEngine(RuleParser.Parse(rule), context));
        Assert.Equal(ErrorCodes.DecisionRuleInvalid, error.Code);
        return error.Message;
    }

    private static DecisionContext Context(OutputInfo output) => new() { Inputs = [Inputs.Floats(1)], Outputs = [output] };

    private static StepInputs InputsOf(float value)
    {
        var inputs = new StepInputs([Inputs.Floats(1)]);
        inputs.Floats(0)[0] = value;
        return inputs;
    }

    private sealed class Receiver(DecisionEngine engine) : IDecisionReceiver
    {
        public List<string> Events { get; } = [];

        public void Receive(in DecisionEvent decided) => Events.Add(
            $"{engine.EventNames[decided.Name]} {(decided.IsStart ? $"start {decided.StartSample}" : $"end {decided.StartSample}-{decided.EndSample}")}");
    }

    private sealed class CountingReceiver : IDecisionReceiver
    {
        public int Count { get; private set; }

        public void Receive(in DecisionEvent decided) => Count++;
    }
}
