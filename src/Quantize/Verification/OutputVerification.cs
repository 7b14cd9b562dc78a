using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Verification;

/// <summary>Gathers what the report says of one output.</summary>
internal sealed class OutputVerification
{
    private const int Parts = 100;
    private readonly OutputInfo _info;
    private readonly StepOutput _step;
    private readonly int _index;
    private readonly int _inputRate;
    private readonly LabelSet? _labels;
    private readonly OutputError _error = new(), _f32 = new(), _againstF32 = new();
    private readonly OutputError[] _overTime;
    private readonly int _stepsPerPart;
    private readonly Accuracies? _accuracy;
    private readonly long[][]? _confusion;
    private long _ticksBefore;

    /// <param name="index">Of the output in both programs.</param>
    /// <param name="longest">Steps of the longest recording.</param>
    public OutputVerification(Model model, StepOutput step, int index, LabelSet? labels, long longest)
    {
        _info = model.Outputs[index];
        _step = step;
        _index = index;
        _inputRate = model.InputRate;
        _stepsPerPart = (int)Math.Max(1, (longest + Parts - 1) / Parts);
        _overTime = [.. Enumerable.Range(0, (int)((longest + _stepsPerPart - 1) / _stepsPerPart)).Select(_ => new OutputError())];
        if (labels is not null)
        {
            var classes = Decision.Classes(_info);
            _labels = labels;
            _accuracy = new Accuracies();
            _confusion = [.. Enumerable.Range(0, classes).Select(_ => new long[classes])];
        }
    }

    public OutputError Error => _error;

    /// <summary>Both programs at every output of a recording or of its next piece.</summary>
    public void AddPrograms(TracePair traces, int recording, long firstStep)
    {
        _ticksBefore = traces.Piece.Start == 0 ? 0 : _ticksBefore;
        var ticks = traces.Program.Ticks(_index);
        for (var tick = 0; tick < ticks; tick++)
        {
            var actual = traces.Program.At(_index, tick);
            var f32 = traces.F32.At(_index, tick);
            var step = StepOf(_ticksBefore + tick);
            _againstF32.Add(actual, f32);
            _overTime[(int)(step / _stepsPerPart)].Add(actual, f32);
            if (LabelAt(recording, firstStep + step, last: IsLast(traces, tick)) is int label)
            {
                var decision = Decision.Of(actual);
                _accuracy!.Int8.Add(decision == label);
                _accuracy.F32.Add(Decision.Of(f32) == label);
                _confusion![label][decision]++;
            }
        }

        _ticksBefore += ticks;
    }

    /// <summary>Every element that a whole recording gave, for an output with a time axis.</summary>
    /// <param name="steps">Steps of the whole: what came out later was computed from later inputs.</param>
    public void AddWhole(TracePair traces, int recording, long firstStep, float[] reference, int[] shape, int steps)
    {
        var axis = _step.TimeAxis!.Value;
        int inner = Shapes.Product(shape, axis + 1, shape.Length), outer = Shapes.Product(shape, 0, axis);
        var ticks = Math.Min(new Clock(_info.Rate, _info.Offset).Ticks(steps * _inputRate),
            Math.Min(traces.Program.Ticks(_index), shape[axis]));
        var element = new float[outer * inner];
        for (var tick = 0; tick < ticks; tick++)
        {
            for (var o = 0; o < outer; o++)
                reference.AsSpan((o * shape[axis] + tick) * inner, inner).CopyTo(element.AsSpan(o * inner));

            AddReference(traces, recording, firstStep, tick, element, last: IsLast(traces, tick));
        }
    }

    /// <summary>The output as ONNX Runtime gives it for the prefix, window or step that ends with this tick.</summary>
    public void AddTick(TracePair traces, int recording, long firstStep, int tick, float[] reference) =>
        AddReference(traces, recording, firstStep, tick, reference, last: IsLast(traces, tick));

    /// <summary>The step of a recording at which a tick happens.</summary>
    public long StepOf(long tick) => (_info.Offset + tick * _info.Rate) / _inputRate;

    public VerifiedOutput Report(ProgramSpec program) => new()
    {
        Name = _info.Name,
        Shape = _info.Shape,
        Labels = _info.Labels,
        Error = _error,
        F32 = _f32,
        AgainstF32 = _againstF32,
        Accuracy = _accuracy,
        OverTime = _overTime,
        StepsPerPart = _stepsPerPart,
        Confusion = _confusion,
        Int8MacShare = MacShare.Of(program, program.Outputs[_index]),
    };

    private bool IsLast(TracePair traces, int tick) => traces.Piece.IsEnd && tick == traces.Program.Ticks(_index) - 1;

    private void AddReference(TracePair traces, int recording, long firstStep, int tick, ReadOnlySpan<float> reference, bool last)
    {
        _error.Add(traces.Program.At(_index, tick), reference);
        _f32.Add(traces.F32.At(_index, tick), reference);
        if (LabelAt(recording, firstStep + StepOf(tick), last) is int label)
            _accuracy!.Onnx.Add(Decision.Of(reference) == label);
    }

    /// <summary>The label that scores an output: that of its step, or that of its recording if it is the last one; null for none.</summary>
    private int? LabelAt(int recording, long step, bool last) => _labels?.Score(recording, step, last, Decision.Classes(_info));
}

/// <summary>What the two programs gave for the same recording or piece of one.</summary>
internal sealed record TracePair(Recording Piece, OutputTrace Program, OutputTrace F32);
