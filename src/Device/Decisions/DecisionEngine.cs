using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Decisions;

/// <summary>Applies a rule to the outputs of a run, step by step, and tells the events. A step allocates nothing.</summary>
public sealed class DecisionEngine
{
    /// <summary>Most scores that a smoothing or a forecast may keep.</summary>
    private const long MostMemory = 1 << 20;

    private readonly OutputInfo _info;
    private readonly int _output;
    private readonly int _samplesPerStep;
    private readonly int _firstStep;
    private readonly float[] _scores;
    private readonly ScoreFilter _filter;
    private readonly ForecastError? _forecast;
    private readonly EventDetector?[] _detectors;

    /// <exception cref="EdgeSeqException">ES0705 where the rule does not fit the program.</exception>
    public DecisionEngine(DecisionRule rule, DecisionContext context)
    {
        _output = OutputOf(rule, context);
        _info = context.Outputs[_output];
        if (_info.Elements > 1)
        {
            throw DoesNotFit($"output '{_info.Name}' gives the scores of {_info.Elements} elements at once",
                "choose an output that is no faster than the input");
        }

        _samplesPerStep = context.SamplesPerStep;
        // An output of a window speaks of the steps that came since the last one, any other of the first input that it completes.
        _firstStep = context.IsWindowed ? _info.Rate - 1 : _info.Offset;
        _forecast = rule.Score == ScoreKind.ForecastError ? ForecastOf(rule, context) : null;
        EventNames = NamesOf(rule);
        _scores = new float[EventNames.Count];
        _filter = FilterOf(rule, context);
        _detectors = DetectorsOf(rule, context);
    }

    /// <summary>What the events are called: the labels of the output's values, or the one name that the rule gives.</summary>
    public IReadOnlyList<string> EventNames { get; }

    /// <summary>Takes one step of the run, also one without this output.</summary>
    public void Step(IStepOutputs outputs, StepInputs inputs, IDecisionReceiver receiver)
    {
        var isReady = outputs.IsReady(_output);
        if (_forecast is not null)
            _scores[0] = _forecast.Next(inputs.Floats(0), isReady ? outputs.Floats(_output) : []);
        else if (isReady)
            ReadScores(outputs);
        else
            return;
        if (TensorPrimitives.IsNaNAny(_scores))
            return;
        _filter.Apply(_scores);
        var first = _forecast is null ? Math.Max(0, outputs.StepIndex - _firstStep) : outputs.StepIndex;
        var steps = _forecast is null ? _info.Rate : 1;
        for (var i = 0; i < _detectors.Length; i++)
            _detectors[i]?.Observe(outputs.Recording, first * _samplesPerStep, (first + steps) * _samplesPerStep, _scores[i], receiver);
    }

    /// <summary>The recording or the stream is over, before the step that <paramref name="outputs"/> is at: open events end here, and the
    /// next recording starts anew.</summary>
    public void Finish(IStepOutputs outputs, IDecisionReceiver receiver)
    {
        foreach (var detector in _detectors)
            detector?.Finish(outputs.Recording, outputs.StepIndex * _samplesPerStep, receiver);
        _filter.Reset();
        _forecast?.Reset();
    }

    /// <summary>Hands each part of what the engine carries from step to step to a copier, always in the same order: a snapshot writes them
    /// or fills them.</summary>
    internal void VisitState(SpanAction visit)
    {
        var counters = new[] { _filter.Count, _forecast?.Step ?? 0 };
        visit(MemoryMarshal.AsBytes(counters.AsSpan()));
        _filter.Count = counters[0];
        visit(MemoryMarshal.AsBytes(_filter.Memory.AsSpan()));
        if (_forecast is not null)
        {
            _forecast.Step = counters[1];
            visit(MemoryMarshal.AsBytes(_forecast.Memory.AsSpan()));
        }

        foreach (var detector in _detectors)
        {
            if (detector is not null)
                visit(MemoryMarshal.AsBytes(new Span<DetectorState>(ref detector.State)));
        }
    }

    private static int OutputOf(DecisionRule rule, DecisionContext context)
    {
        for (var i = 0; i < context.Outputs.Count; i++)
        {
            if (rule.Output is null || context.Outputs[i].Name == rule.Output)
                return i;
        }

        throw DoesNotFit($"the program has no output '{rule.Output}'",
            $"its outputs are {string.Join(", ", context.Outputs.Select(output => output.Name))}");
    }

    private static long Samples(RuleDuration duration, string key, DecisionContext context)
    {
        if (duration.IsSeconds && context.SamplesPerSecond is null)
        {
            throw DoesNotFit(
                $"{key} is in seconds, and the steps a second are not known",
                "give --rate HZ, convert with --rate HZ, or write steps without a unit");
        }

        return duration.Samples(context.SamplesPerStep, context.SamplesPerSecond);
    }

    private static void RequireMemory(long scores)
    {
        if (scores > MostMemory)
            throw DoesNotFit($"the rule keeps {scores:N0} scores, at most {MostMemory:N0} are kept", "smooth over fewer outputs");
    }

    private static EdgeSeqException DoesNotFit(string problem, string hint) =>
        new(ErrorCodes.DecisionRuleInvalid, $"--decide: {problem}", hint);

    private void ReadScores(IStepOutputs outputs)
    {
        if (_info.Type == ElementType.F32)
        {
            outputs.Floats(_output).CopyTo(_scores);
            return;
        }

        Array.Clear(_scores);
        var id = outputs.Ids(_output)[0];
        if (id >= 0 && id < _scores.Length)
            _scores[id] = 1;
    }

    private ForecastError ForecastOf(DecisionRule rule, DecisionContext context)
    {
        if (_info is not { Type: ElementType.F32, Rate: 1 } || context.Inputs is not [{ Type: ElementType.F32 } input]
            || input.Length != _info.Length)
        {
            throw DoesNotFit(
                $"score=error needs a program with one input, and an output '{_info.Name}' at each step with as many values",
                "score=value takes the output itself");
        }

        RequireMemory((long)rule.Ahead * _info.Length);
        return new ForecastError(_info.Length, rule.Ahead, rule.Scale, rule.Offset);
    }

    private string[] NamesOf(DecisionRule rule)
    {
        if (_forecast is not null)
            return [rule.Event ?? "anomaly"];
        var isIndex = _info is { Type: ElementType.I64, Length: 1, Labels: not null };
        if (!isIndex && _info.Type != ElementType.F32)
        {
            throw DoesNotFit($"output '{_info.Name}' gives whole numbers without labels",
                "choose another with output=NAME, or convert with --labels");
        }

        if (isIndex || _info.Labels?.Count == _info.Length)
            return [.. _info.Labels!];
        return _info.Length == 1
            ? [rule.Event ?? _info.Name]
            : [.. Enumerable.Range(0, _info.Length).Select(i => $"{rule.Event ?? _info.Name}[{i}]")];
    }

    private ScoreFilter FilterOf(DecisionRule rule, DecisionContext context)
    {
        if (rule.Smoothing == Smoothing.Majority && EventNames.Count < 2)
            throw DoesNotFit("smooth=majority is for outputs with several classes", "smooth=mean smooths a single score");
        var samplesPerOutput = (double)_samplesPerStep * (_forecast is null ? _info.Rate : 1);
        var outputs = Samples(rule.SmoothingLength, "smooth", context) / samplesPerOutput;
        var length = Math.Max(1, Math.Round(outputs));
        if (rule.Smoothing is Smoothing.Mean or Smoothing.Majority)
            RequireMemory((long)length * (rule.Smoothing == Smoothing.Mean ? EventNames.Count : 1));
        return ScoreFilter.Of(rule.Smoothing, EventNames.Count, (int)length, outputs > 0 ? (float)-double.ExpM1(-1 / outputs) : 1);
    }

    private EventDetector?[] DetectorsOf(DecisionRule rule, DecisionContext context)
    {
        if (rule.Classes.FirstOrDefault(name => !EventNames.Contains(name)) is { } unknown)
            throw DoesNotFit($"output '{_info.Name}' has no class '{unknown}'", $"its classes are {string.Join(", ", EventNames)}");
        var settings = new DetectorSettings(
            rule.On,
            rule.Off,
            Samples(rule.Least, "least", context),
            Samples(rule.Gap, "gap", context),
            Samples(rule.Pad, "pad", context),
            Samples(rule.Pause, "pause", context));
        return [.. EventNames.Select((name, i) =>
            rule.Classes.Count == 0 || rule.Classes.Contains(name) ? new EventDetector(i, settings) : null)];
    }
}
