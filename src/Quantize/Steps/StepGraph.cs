using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Steps;

/// <summary>The step program before quantisation, packing and memory planning: plain float values and nodes in execution order.</summary>
internal sealed class StepGraph
{
    private readonly HashSet<string> _names = [];

    public List<StepNode> Nodes { get; } = [];

    public List<StepInput> Inputs { get; } = [];

    public List<StepOutput> Outputs { get; } = [];

    /// <summary>Steps from one element of the inputs to the next: above 1 where outputs come faster than inputs.</summary>
    public int InputRate { get; init; } = 1;

    /// <summary>When the inputs bring an element.</summary>
    public Clock InputClock => new(InputRate, 0);

    /// <summary>Steps after which a bounded table or context ends; null when it never does.</summary>
    public long? MaxSteps { get; private set; }

    public IEnumerable<StepValue> Values => Nodes
        .SelectMany(node => node.Inputs.Concat(node.Outputs))
        .Concat(Inputs.Select(input => input.Value))
        .Concat(Outputs.Select(output => output.Value))
        .OfType<StepValue>()
        .Distinct();

    public StepValue Arena(string name, ElementType type, int[] shape) => StepValue.Arena(Unique(name), type, shape);

    public StepValue State(string name, ElementType type, int[] shape, Array? initial = null) =>
        StepValue.State(Unique(name), type, shape, initial);

    public StepValue Constant(
        string name, Array data, int[] shape, MatrixLayout? layout = null, float[]? rowScales = null, string? remark = null) =>
        StepValue.Constant(Unique(name), data, shape, layout, rowScales, remark);

    public StepNode Add(string op, string name, Clock clock, StepValue?[] inputs, StepValue?[] outputs,
        params (string Name, object? Value)[] attributes)
    {
        var present = attributes.Where(a => a.Value is not null).ToDictionary(a => a.Name, a => a.Value!);
        var node = new StepNode(op, name, clock, inputs, outputs, present);
        Nodes.Add(node);
        return node;
    }

    /// <summary>Adds a node with its operands by the names of its definition, in any order; null for an absent one.</summary>
    public StepNode Add(
        string op,
        string name,
        Clock clock,
        (string Name, StepValue? Value)[] inputs,
        (string Name, StepValue? Value)[] outputs,
        params (string Name, object? Value)[] attributes)
    {
        var definition = OpDefinitions.Find(op) ?? throw new ArgumentException($"Node '{name}': there is no step op '{op}'.");
        var placedInputs = Placed(inputs, definition.Inputs.Count, definition.Input);
        var placedOutputs = Placed(outputs, definition.Outputs.Count, definition.Output);
        return Add(op, name, clock, placedInputs, placedOutputs, attributes);

        static StepValue?[] Placed((string Name, StepValue? Value)[] operands, int count, Func<string, int> indexOf)
        {
            var placed = new StepValue?[count];
            foreach (var (operand, value) in operands.Where(operand => operand.Value is not null))
                placed[indexOf(operand)] = value;
            return placed;
        }
    }

    /// <summary>Another graph of the same values, whose nodes can be changed without changing this one's.</summary>
    public StepGraph Copy()
    {
        var copy = new StepGraph { InputRate = InputRate, MaxSteps = MaxSteps };
        copy._names.UnionWith(_names);
        copy.Inputs.AddRange(Inputs);
        copy.Outputs.AddRange(Outputs);
        copy.Nodes.AddRange(Nodes.Select(node =>
            new StepNode(node.Op, node.Name, node.Clock, [.. node.Inputs], [.. node.Outputs],
            new Dictionary<string, object>(node.Attributes))
            { InputScale = node.InputScale, HasOneSidedInput = node.HasOneSidedInput }));
        return copy;
    }

    /// <summary>The session ends after so many steps, if nothing ends it sooner.</summary>
    public void LimitSteps(long steps) => MaxSteps = Math.Min(MaxSteps ?? long.MaxValue, steps);

    /// <summary>These outputs give nothing behind the end of a recording.</summary>
    public void EndWithoutFlush(IReadOnlySet<string> outputs)
    {
        for (var i = 0; i < Outputs.Count; i++)
            Outputs[i] = outputs.Contains(Outputs[i].Name) ? Outputs[i] with { Tail = 0 } : Outputs[i];
    }

    /// <summary>Copies a whole value.</summary>
    public void AddCopy(string name, Clock clock, StepValue from, StepValue to) =>
        Add("Copy", name, clock, [from], [to],
            ("shape", new[] { from.Length }), ("srcOffset", 0), ("srcStrides", new[] { 1 }), ("dstOffset", 0), ("dstStrides", new[] { 1 }));

    /// <summary>A value that later writes to the state do not change: a copy of a state, anything else itself.</summary>
    public StepValue Kept(StepValue value, Clock clock)
    {
        if (value.Place != ValuePlace.State)
            return value;

        var copy = Arena($"{value.Name}.before", value.Type, value.Shape);
        AddCopy($"{value.Name}.before", clock, value, copy);
        return copy;
    }

    /// <summary>Sets states to their next values, all of which must have been computed (and kept) before.</summary>
    public void AddUpdates(IEnumerable<StateUpdate> updates)
    {
        foreach (var update in updates)
            AddCopy(update.Name, update.Clock, update.Next, update.State);
    }

    private string Unique(string name)
    {
        var candidate = name;
        for (var i = 2; !_names.Add(candidate); i++)
            candidate = $"{name}.{i}";

        return candidate;
    }
}

/// <summary>A value that the caller writes before each step.</summary>
/// <param name="Name">The ONNX input's name.</param>
/// <param name="Value">Where it is written.</param>
/// <param name="Shape">One step's shape as the caller sees it.</param>
/// <param name="TimeAxis">The ONNX input's time axis; null without one.</param>
internal sealed record StepInput(string Name, StepValue Value, int[] Shape, int? TimeAxis);

/// <summary>A value that the caller reads after its clock ticked.</summary>
/// <param name="Name">The ONNX output's name.</param>
/// <param name="Value">Where it stands.</param>
/// <param name="Clock">When it is fresh.</param>
/// <param name="Shape">Its shape as the caller sees it.</param>
/// <param name="TimeAxis">The ONNX output's time axis: element j of it is given at tick j. Null: the model gives one value for all
/// time.</param>
internal sealed record StepOutput(string Name, StepValue Value, Clock Clock, int[] Shape, int? TimeAxis)
{
    /// <summary>Steps behind the end of a recording at which elements of it still come; 0: none.</summary>
    public int Tail { get; init; }
}

/// <summary>A state that gets its next value at the end of a step.</summary>
internal sealed record StateUpdate(string Name, Clock Clock, StepValue Next, StepValue State);
