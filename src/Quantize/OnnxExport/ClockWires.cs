using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>A clock in terms of the step counter.</summary>
internal sealed class ClockWires
{
    private readonly StepModelGraph _model;
    private readonly string? _index;

    /// <param name="model">Gets the nodes that compute them.</param>
    public ClockWires(StepModelGraph model, Clock clock)
    {
        _model = model;
        if (clock == Clock.EveryStep)
            return;

        var name = $"every_{clock.Rate}_from_{clock.Offset}";
        string zero = Scalar(0), rate = Scalar(clock.Rate);
        var since = model.Add("Sub", name, [model.Step(), Scalar(clock.Offset)]);
        var due = model.Add("Equal", name, [model.Add("Mod", name, [since, rate]), zero]);
        Ticks = model.Add("And", name, [model.Add("GreaterOrEqual", name, [since, zero]), due]);
        _index = model.Add("Div", name, [model.Add("Max", name, [since, zero]), rate]);

        string Scalar(long value) => model.Constant(name, OnnxTensor.Scalar(value));
    }

    /// <summary>Whether this step is one of the clock's, a bool scalar; null for the clock of every step.</summary>
    public string? Ticks { get; }

    /// <summary>Ticks before this one, an int64 scalar.</summary>
    public string Index => _index ?? _model.Step();
}
