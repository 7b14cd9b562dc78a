using EdgeSeq.Device;
using EdgeSeq.Device.Decisions;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Verification;

/// <summary>Makes the <see cref="Timeline"/> of a recording.</summary>
internal sealed class TimelineBuilder(Model model, Recording recording, OutputTrace outputs)
{
    /// <summary>More values than this are a picture rather than curves.</summary>
    private const int MaxCurves = 12;

    private readonly TimelineRaster _raster = new(recording.Steps);

    /// <param name="features">What stands between the parts.</param>
    /// <param name="hop">New samples of a frame; null: all.</param>
    /// <param name="isSamples">Whether an input, or an output, is samples of one channel in a row.</param>
    public Timeline Build(IReadOnlyList<TimelineFeature> features, long? hop, Func<string, bool> isSamples) => new()
    {
        Steps = recording.Steps,
        StepsPerSecond = model.Program.RateHz,
        Inputs = [.. Enumerable.Range(0, model.Inputs.Count).Where(i => model.Inputs[i].Type == ElementType.F32)
            .Select(i => Input(i, hop, isSamples(model.Inputs[i].Name)))],
        Features = [.. features.Select(feature => _raster.Picture(feature.Name, feature.Elements, feature.First, feature.Interval))],
        Outputs = [.. Floats().Where(i => IsCurves(i, isSamples)).Select(i => Output(i, isSamples(model.Outputs[i].Name)))],
        WideOutputs = [.. Floats().Where(i => !IsCurves(i, isSamples)).Select(i => _raster.Picture(model.Outputs[i].Name,
            [.. Enumerable.Range(0, outputs.Ticks(i)).Select(tick => outputs.At(i, tick).ToArray())],
            First(model.Outputs[i]), Interval(model.Outputs[i])))],
        Events = model.Program.Decide is { } rule && model.InputRate == 1 ? Events(RuleParser.Parse(rule)) : [],
    };

    private IEnumerable<int> Floats() => Enumerable.Range(0, model.Outputs.Count).Where(i => model.Outputs[i].Type == ElementType.F32);

    private bool IsCurves(int output, Func<string, bool> isSamples) =>
        model.Outputs[output].Length <= MaxCurves || isSamples(model.Outputs[output].Name);

    private TimelineCurves Input(int input, long? hop, bool isSamples)
    {
        var info = model.Inputs[input];
        int length = info.Length, added = (int)Math.Min(hop ?? info.Hop ?? length, length);
        if (isSamples || length > MaxCurves)
        {
            var samples = Enumerable.Range(0, recording.Steps).SelectMany(t => recording.Floats(input, t, 1)[^added..].ToArray());
            return new TimelineCurves(info.Name, [_raster.Samples(info.Name, samples, 0, added)]);
        }

        return new TimelineCurves(info.Name, [.. Enumerable.Range(0, length).Select(channel => _raster.Samples(
            info.Channels?.ElementAtOrDefault(channel) ?? $"{channel}",
            Enumerable.Range(0, recording.Steps).Select(t => recording.Floats(input, t, 1)[channel]), 0, 1))]);
    }

    private TimelineCurves Output(int output, bool isSamples)
    {
        var info = model.Outputs[output];
        var ticks = Enumerable.Range(0, outputs.Ticks(output));
        if (isSamples)
        {
            var samples = ticks.SelectMany(tick => outputs.At(output, tick).ToArray());
            return new TimelineCurves(info.Name, [_raster.Samples(info.Name, samples, First(info) - 1, info.Length / Interval(info))]);
        }

        return new TimelineCurves(info.Name, [.. Enumerable.Range(0, info.Length).Select(value => _raster.Held(
            info.Labels?.ElementAtOrDefault(value) ?? $"{value}", [.. ticks.Select(tick => outputs.At(output, tick)[value])],
            First(info), Interval(info)))]);
    }

    /// <summary>The step of the recording at whose end the first element of an output is there.</summary>
    private double First(OutputInfo output) => (double)output.Offset / model.InputRate + 1;

    /// <summary>Steps of the recording from one element of an output to the next.</summary>
    private double Interval(OutputInfo output) => (double)output.Rate / model.InputRate;

    private List<TimelineEvent> Events(DecisionRule rule)
    {
        var engine = new DecisionEngine(rule, DecisionContext.Of(model, samplesPerStep: 1, stepsPerSecond: null));
        var events = new Receiver(engine.EventNames);
        var inputs = new StepInputs(model.Inputs);
        var step = new ReplayedStep(model, outputs);
        for (; step.StepIndex < recording.Steps; step.Next())
        {
            for (var i = 0; i < model.Inputs.Count; i++)
            {
                if (model.Inputs[i].Type == ElementType.F32)
                    recording.Floats(i, (int)step.StepIndex, 1).CopyTo(inputs.Floats(i));
            }

            engine.Step(step, inputs, events);
        }

        engine.Finish(step, events);
        return events.Events;
    }

    private sealed class Receiver(IReadOnlyList<string> names) : IDecisionReceiver
    {
        public List<TimelineEvent> Events { get; } = [];

        public void Receive(in DecisionEvent decided)
        {
            if (!decided.IsStart)
                Events.Add(new TimelineEvent(names[decided.Name], decided.StartSample, decided.EndSample));
        }
    }

    /// <summary>A trace as the decisions see a run.</summary>
    private sealed class ReplayedStep(Model model, OutputTrace outputs) : IStepOutputs
    {
        public long Recording => 0;

        public long StepIndex { get; private set; }

        public ReadOnlyMemory<byte> Word => default;

        public SampleMark Mark => default;

        public void Next() => StepIndex++;

        public bool IsReady(int output) =>
            Tick(output) >= 0 && (StepIndex - model.Outputs[output].Offset) % model.Outputs[output].Rate == 0;

        public ReadOnlySpan<float> Floats(int output) => outputs.At(output, (int)Tick(output));

        public ReadOnlySpan<long> Ids(int output) => Floats(output).ToArray().Select(value => (long)value).ToArray();

        private long Tick(int output) => StepIndex < model.Outputs[output].Offset ? -1
            : (StepIndex - model.Outputs[output].Offset) / model.Outputs[output].Rate;
    }
}

/// <summary>What stands between parts of a chain, as a picture shows it.</summary>
/// <param name="First">Step at which the first element is there.</param>
/// <param name="Interval">Steps from one to the next.</param>
internal sealed record TimelineFeature(string Name, IReadOnlyList<float[]> Elements, double First, double Interval);
