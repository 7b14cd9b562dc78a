namespace EdgeSeq.Quantize.Steps;

/// <summary>One step op to be: its inputs and outputs by position and its attributes, as docs/file-format.md lists them.</summary>
internal sealed class StepNode(string op, string name, Clock clock, StepValue?[] inputs, StepValue?[] outputs, Dictionary<string, object> attributes)
{
    /// <summary>Name of the runtime's op.</summary>
    public string Op { get; } = op;

    /// <summary>Name of the ONNX node that it came from.</summary>
    public string Name { get; } = name;

    public Clock Clock { get; } = clock;

    /// <summary>By position; null where an optional one is absent.</summary>
    public StepValue?[] Inputs { get; } = inputs;

    public StepValue?[] Outputs { get; } = outputs;

    /// <summary>int, long, float, string and arrays of them; a null optional is simply absent.</summary>
    public Dictionary<string, object> Attributes { get; } = attributes;

    /// <summary>The scale of the levels to which the model itself rounds the op's first input, where they are those of an int8 activation;
    /// null elsewhere.</summary>
    public float? InputScale { get; set; }

    public int Int(string name, int fallback = 0) => Attributes.TryGetValue(name, out var value) ? (int)value : fallback;

    public override string ToString() => $"{Op} '{Name}'";
}
