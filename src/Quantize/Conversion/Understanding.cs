using System.Globalization;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>What the converter decided about a model, each with its evidence, as convert prints it and the program keeps it.</summary>
/// <param name="options">What the user said.</param>
/// <param name="graph">The model as it was read.</param>
/// <param name="analysis">The graph that became steps, with its time axes.</param>
/// <param name="steps">What it became.</param>
internal sealed class Understanding(ConvertOptions options, OnnxGraph graph, Analysis analysis, StepGraph steps)
{
    private readonly List<ChoiceSpec> _choices = [];

    public IReadOnlyList<ChoiceSpec> Choices => _choices;

    /// <param name="mode">stream, step or window.</param>
    /// <param name="isOfRecurrence">A recurrent layer runs along the time axis.</param>
    /// <param name="states">What the session keeps of the model's own inputs.</param>
    public Understanding AddMeaning(string mode, bool isOfRecurrence, IReadOnlyList<StatePair> states)
    {
        Add("mode", mode, options.Mode != ConvertMode.Auto ? $"--mode {mode}"
            : mode == "stream" ? "the graph computes element by element along its time axis"
            : mode == "window" ? "the graph ends in one value of its fixed length, and windows compute only what is new"
            : states.Count > 0 ? "states go in and come out" : "no axis of an input is time");
        foreach (var (input, axis) in analysis.TimeAxes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            Add("time", $"axis {axis} of {input}", WhyTime(input, axis, isOfRecurrence));

        foreach (var lengths in mode == "step" ? [] : SequenceLengths.Find(graph))
            Add("lengths", $"{lengths} is the number of steps so far", "it tells how long the sequence is");

        if (mode == "stream" && analysis is { LengthIsFixed: true, Length: > 1 } && analysis.TimeAxes.Count > 0)
        {
            Add("length", "streams past it", string.Create(CultureInfo.InvariantCulture,
                $"the model was exported for {analysis.Length} elements; after them it goes on as it would for a longer sequence"));
        }

        foreach (var state in states)
            Add("state", $"{state.Input} = {state.Output}", state.Evidence);

        if (mode == "window")
        {
            var clock = steps.Outputs[0].Clock;
            Add("window", $"{analysis.Length} inputs, every {clock.Rate} steps", options.Mode == ConvertMode.Auto
                ? "as often as nothing is computed twice; --mode window --hop H for another" : options.Hop is null ? "without --hop"
                : "--window, --hop");
        }

        if (mode == "stream" && Batch() is var (name, batch))
            Add("batch", $"each step takes {batch} rows of {name}", "the model fixes its batch; --batch 1 makes it one stream");

        return this;
    }

    /// <param name="rateHz">Steps a second of the program.</param>
    /// <param name="labels">Names of classes, where an output has as many values.</param>
    public Understanding AddData(double? rateHz, IReadOnlyList<string>? labels)
    {
        if (rateHz is { } rate)
        {
            Add("rate", string.Create(CultureInfo.InvariantCulture, $"{rate:0.###} steps a second"),
                options.RateHz is null ? "the model's metadata" : "--rate");
        }

        var named = labels is null ? null
            : steps.Outputs.FirstOrDefault(output => (output.Shape is [.., var last] ? last : 1) == labels.Count);
        if (named is not null)
            Add("labels", $"{labels!.Count} of {named.Name}", options.Labels is null ? "the model's file" : "--labels");
        else if (labels is not null)
            Add("labels", "left away", $"the model's file names {labels.Count} classes, and no output has so many values");

        if (steps.InputRate > 1)
        {
            var most = steps.InputRate / steps.Outputs.Where(output => output.TimeAxis is not null).Min(output => output.Clock.Rate);
            Add("outputs", $"up to {most} elements a step", "they come so much faster than the input");
        }

        if (steps.Outputs.Max(output => output.Clock.Offset) / steps.InputRate is > 0 and var delay && analysis.TimeAxes.Count > 0)
            Add("delay", $"{delay} steps", "an output needs inputs that come so much later");

        if (steps.Outputs.Max(output => (output.Tail + steps.InputRate - 1) / steps.InputRate) is > 0 and var tail)
            Add("flush", $"{tail} steps", "at the end of a recording the rest comes out, padded as the model pads it");

        if (steps.MaxSteps / steps.InputRate is long last)
        {
            Add("end", string.Create(CultureInfo.InvariantCulture, $"after {last:N0} steps"),
                "the model's positions end; --positions, --max-context");
        }

        return this;
    }

    /// <param name="risks">Nodes that plain int8 would hurt.</param>
    public Understanding AddPrecision(UncalibratedRisks risks)
    {
        AddRisks("float", risks.Floats);
        AddRisks("scaled", risks.Scaled);
        return this;
    }

    /// <param name="risks">Nodes by name, with the reason.</param>
    private void AddRisks(string about, IReadOnlyDictionary<string, string> risks)
    {
        foreach (var group in risks.GroupBy(risk => risk.Value, risk => risk.Key).OrderBy(group => group.Key, StringComparer.Ordinal))
            Add(about, string.Join(", ", group.Order(StringComparer.Ordinal)), $"{group.Key}; --calibrate DATA measures it instead");
    }

    private void Add(string about, string chosen, string why) => _choices.Add(new ChoiceSpec(about, chosen, why));

    private string WhyTime(string input, int axis, bool isOfRecurrence)
    {
        var dim = graph.Inputs.FirstOrDefault(value => value.Name == input)?.Dims?.ElementAtOrDefault(axis);
        return options.TimeAxes.ContainsKey(input) ? "--time-axis"
            : isOfRecurrence ? "a recurrent layer runs along it"
            : dim?.Symbol is string symbol && TimeAxisGuess.SpeaksOfTime(symbol) ? $"its name is {symbol}"
            : dim?.Size is null ? "it is open, and no node mixes its elements otherwise than in order"
            : "a fixed axis where time usually stands, and no node mixes its elements otherwise than in order";
    }

    /// <summary>The first input whose batch is fixed above 1.</summary>
    private (string Input, long Batch)? Batch()
    {
        foreach (var (name, axis) in analysis.TimeAxes)
        {
            var dims = graph.Inputs.FirstOrDefault(value => value.Name == name)?.Dims;
            if (dims is { Count: > 2 } && dims[axis == 0 ? 1 : 0].Size is > 1 and long batch)
                return (name, batch);
        }

        return null;
    }
}
