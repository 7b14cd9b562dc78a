using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>Graphs that continue each other in one step graph.</summary>
internal sealed partial class StreamTransform
{
    /// <summary>A graph as part of a chain: its inputs are wires of the parts before it. All its nodes have run, and its states are
    /// kept; what it gives out is asked for by <see cref="OutputWire"/>.</summary>
    /// <param name="before">Any part before it, whose step graph this one continues; null: this is the first.</param>
    /// <param name="given">Wires by input; other inputs are the program's own.</param>
    /// <param name="isStep">The graph is one step, run when the given wires tick.</param>
    /// <param name="name">Distinguishes the program's inputs.</param>
    /// <param name="outputs">When what it gives out counts, where it runs some ticks before; null: from its first tick on.</param>
    /// <param name="steps">Recurrent nodes whose input repeats; null: there are none.</param>
    public static StreamTransform ForPart(Analysis analysis, StreamTransform? before, IReadOnlyDictionary<string, Wire> given,
        IReadOnlyList<StatePair> states, StreamOptions options, OpTable table, bool isStep, string name,
        Clock? outputs = null, IReadOnlyDictionary<string, KeptSteps>? steps = null)
    {
        var transform = new StreamTransform(analysis, options, table, before) { _isStep = isStep, _keptSteps = steps };
        string[] linked = [.. given.Keys];
        var aligned = transform.Aligner.AlignLatest([.. linked.Select(input => given[input])]);
        foreach (var input in analysis.Graph.Inputs)
        {
            if (Array.IndexOf(linked, input.Name) is >= 0 and var at)
            {
                transform._wires[input.Name] = aligned.Wires[at]!;
            }
            else if (states.FirstOrDefault(pair => pair.Input == input.Name) is { } pair)
            {
                transform.AddState(input, name.Length > 0 ? $"{name}.{input.Name}" : input.Name, aligned.Clock, pair);
            }
            else
            {
                transform.AddInput(input);
            }
        }

        transform.RunNodes();
        foreach (var output in analysis.Graph.Outputs.Select(output => output.Name))
            transform.KeepOutput(output, states.Any(pair => pair.Output == output) ? null : outputs);

        transform.KeepStates(states);
        transform.Steps = transform.Graph;
        return transform;
    }

    /// <summary>What a part of a chain gives at an output; null where that never changes.</summary>
    public StepWire? OutputWire(string name) => WireOf(name) as StepWire;

    /// <summary>Inputs and outputs that are sequences, with their time axes.</summary>
    public IReadOnlyDictionary<string, int> TimeAxesOfPorts() => Analysis.Graph.Inputs.Concat(Analysis.Graph.Outputs)
        .Select(port => (port.Name, Wire: WireOf(port.Name) as StreamWire)).Where(port => port.Wire is not null)
        .DistinctBy(port => port.Name).ToDictionary(port => port.Name, port => port.Wire!.Axis);

    /// <summary>Gives a wire of any part of the chain out.</summary>
    /// <param name="tail">Steps behind the end of a recording at which it still comes.</param>
    public void Give(string name, StepWire wire, int tail)
    {
        var value = CallerType(name, wire.Value, wire.Clock);
        Graph.Outputs.Add(wire is StreamWire stream
            ? new StepOutput(name, value, wire.Clock, CallerShape(stream.FullShape, stream.Axis), stream.Axis) { Tail = tail }
            : new StepOutput(name, value, wire.Clock, WithoutBatch(wire.Value.Shape), null) { Tail = tail });
    }

    /// <summary>Later parts read an output after the states have their next values.</summary>
    private void KeepOutput(string name, Clock? clock)
    {
        if (WireOf(name) is StreamWire stream)
        {
            _wires[name] = Aligner.WithoutLead(stream);
        }
        else if (WireOf(name) is LatestWire latest)
        {
            var value = _states.Contains(latest.Value.Root) ? Graph.Kept(latest.Value, latest.Clock) : latest.Value;
            _wires[name] = latest with { Value = value, Clock = clock ?? latest.Clock };
        }
    }
}
