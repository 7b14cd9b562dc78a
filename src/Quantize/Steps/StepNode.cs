using EdgeSeq.Runtime.Definitions;

namespace EdgeSeq.Quantize.Steps;

/// <summary>One step op to be: its inputs, outputs and attributes as its definition has them.</summary>
internal sealed class StepNode
{
    /// <param name="op">Name of the step op.</param>
    /// <param name="name">Name of the ONNX node that it comes from.</param>
    /// <param name="clock">When it runs.</param>
    /// <param name="inputs">In the order of the definition; null where one is absent, those at the end may be left out.</param>
    /// <param name="outputs">The same.</param>
    /// <param name="attributes">int, float, string and arrays of them; an absent one is left out.</param>
    /// <exception cref="ArgumentException">The definition of the op does not fit; the message names op, node and what is wrong.</exception>
    public StepNode(string op, string name, Clock clock, StepValue?[] inputs, StepValue?[] outputs, Dictionary<string, object> attributes)
    {
        Definition = StepNodeCheck.Definition(op, name, inputs, outputs, attributes);
        Name = name;
        Clock = clock;
        Inputs = Padded(inputs, Definition.Inputs.Count);
        Outputs = Padded(outputs, Definition.Outputs.Count);
        Attributes = attributes;
    }

    public OpDefinition Definition { get; }

    /// <summary>Name of the runtime's op.</summary>
    public string Op => Definition.Name;

    /// <summary>Name of the ONNX node that it came from.</summary>
    public string Name { get; }

    public Clock Clock { get; }

    /// <summary>In the order of the definition; null where an optional one is absent.</summary>
    public StepValue?[] Inputs { get; }

    public StepValue?[] Outputs { get; }

    /// <summary>int, float, string and arrays of them; a null optional is simply absent.</summary>
    public Dictionary<string, object> Attributes { get; }

    /// <summary>The scale of the levels to which the model itself rounds the op's first input, where they are those of an int8 activation;
    /// null elsewhere.</summary>
    public float? InputScale { get; set; }

    /// <summary>Whether nearly all that the op's matrix multiplies lies on one side of zero, because a function made it so.</summary>
    public bool HasOneSidedInput { get; set; }

    /// <summary>An input; null where it is absent.</summary>
    public StepValue? In(string input) => Inputs[Definition.Input(input)];

    /// <summary>Puts another value in the place of an input.</summary>
    public void SetIn(string input, StepValue value) => Inputs[Definition.Input(input)] = value;

    /// <summary>An output; null where it is absent.</summary>
    public StepValue? Out(string output) => Outputs[Definition.Output(output)];

    /// <summary>The values of inputs with this role.</summary>
    public IEnumerable<StepValue> InRole(OperandRole role) =>
        Inputs.Where((_, i) => Definition.Inputs[i].Role == role).OfType<StepValue>();

    /// <summary>An attribute, its default where it is absent.</summary>
    public object Attribute(string name)
    {
        var definition = Definition.Attribute(name);
        if (Attributes.TryGetValue(name, out var value))
            return value;
        return definition.Default
            ?? (definition.DefaultFrom is { } other ? Attribute(other) : throw new InvalidOperationException($"{this} has no '{name}'."));
    }

    public int Int(string name) => (int)Attribute(name);

    /// <summary>The states that the op writes among its inputs.</summary>
    public IEnumerable<StepValue> WrittenStates() =>
        Definition.WritesStatesIf is { } condition && Int(condition) == 0 ? [] : InRole(OperandRole.State);

    public override string ToString() => $"{Op} '{Name}'";

    private static StepValue?[] Padded(StepValue?[] values, int count) =>
        values.Length == count ? values : [.. values, .. new StepValue?[count - values.Length]];
}
