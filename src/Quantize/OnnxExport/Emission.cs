using System.Globalization;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>What an emission rule works with: one step op, and the ONNX graph that its nodes go to.</summary>
internal sealed class Emission(StepModelGraph model, StepNode node)
{
    public StepNode Node { get; } = node;

    /// <summary>Ticks of the op's clock before this one, an int64 scalar.</summary>
    public string Index => model.Of(Node.Clock).Index;

    /// <summary>The number of steps done, an int64 scalar.</summary>
    public string Step => model.Step();

    public bool HasIn(string input) => Node.In(input) is not null;

    public StepValue Value(string input) => Node.In(input) ?? throw Refuse($"operand {input} is missing");

    public ElementType InType(string input) => Value(input).Root.Type;

    public StepValue Target(string output) => Node.Out(output) ?? throw Refuse($"result {output} is missing");

    /// <summary>An operand as it stands now, in this shape.</summary>
    public string In(string input, params int[] shape) => model.Read(Value(input), shape);

    /// <summary>The same for an operand that may be absent: "".</summary>
    public string OptionalIn(string input, params int[] shape) => HasIn(input) ? In(input, shape) : "";

    /// <summary>A state in a shape of the op's own choice, which is that of the model's state input if this op is the first to use
    /// it.</summary>
    public string State(string input, params int[] shape)
    {
        var state = Value(input).Root;
        if (state.Data is not null && Shapes.Count(shape) != state.Length)
            throw Refuse($"its state '{state.Name}' does not start from zeros");

        model.Declare(state, shape);
        return In(input, shape);
    }

    public void Out(string output, string wire, params int[] shape) => Write(Target(output), wire, shape);

    /// <summary>The same for a result that may be absent.</summary>
    public void OptionalOut(string output, string wire, params int[] shape)
    {
        if (Node.Out(output) is { } target)
            Write(target, wire, shape);
    }

    /// <summary>The next content of an operand that is a state.</summary>
    public void SetState(string input, string wire, params int[] shape) => Write(Value(input), wire, shape);

    /// <summary>A state keeps what it has where the op's clock does not tick.</summary>
    public void Write(StepValue value, string wire, params int[] shape)
    {
        var kept = value.Root.Place == ValuePlace.State && model.Of(Node.Clock).Ticks is not null;
        model.Write(value, kept ? Add("Where", model.Of(Node.Clock).Ticks!, wire, model.Read(value, shape)) : wire, shape);
    }

    public string Read(StepValue value, params int[] shape) => model.Read(value, shape);

    public string Reshape(string wire, params int[] shape) => model.Reshape(wire, Node.Name, shape);

    public string Add(string opType, params string[] inputs) => model.Add(opType, Node.Name, inputs);

    public string Add(string opType, IEnumerable<string> inputs, params (string Name, OnnxAttribute Value)[] attributes) =>
        model.Add(opType, Node.Name, inputs, attributes);

    public string[] Add(string opType, IEnumerable<string> inputs, int outputs, params (string Name, OnnxAttribute Value)[] attributes) =>
        model.Add(opType, Node.Name, inputs, outputs, attributes);

    public string Constant(OnnxTensor tensor) => model.Constant($"{Node.Name}.constant", tensor);

    public string Scalar(float value) => Constant(OnnxTensor.Scalar(value));

    public string Scalar(long value) => Constant(OnnxTensor.Scalar(value));

    public string Ints(params int[] values) => Constant(OnnxTensor.Vector(StepTensor.Dims(values)));

    public string Cast(string wire, OnnxElementType type) => Add("Cast", [wire], ("to", (long)type));

    public string Slice(string wire, int axis, int start, int end) => Add("Slice", wire, Ints(start), Ints(end), Ints(axis));

    public string Concat(int axis, params string[] wires) => wires.Length == 1 ? wires[0] : Add("Concat", wires, ("axis", (long)axis));

    public bool Has(string attribute) => Node.Attributes.ContainsKey(attribute);

    public int Int(string attribute) => Node.Int(attribute);

    public float Float(string attribute) => Convert.ToSingle(Node.Attribute(attribute), CultureInfo.InvariantCulture);

    public string Text(string attribute) => (string)Node.Attribute(attribute);

    public int[] IntList(string attribute) => (int[])Node.Attribute(attribute);

    public float[]? Floats(string attribute) => Has(attribute) ? (float[])Node.Attributes[attribute] : null;

    public string[]? Texts(string attribute) => Has(attribute) ? (string[])Node.Attributes[attribute] : null;

    public EdgeSeqException Refuse(string reason) => Refusal(Node, reason);

    public static EdgeSeqException Refusal(StepNode node, string reason) => new(
        ErrorCodes.NodeUnsupported, $"node '{node.Name}' ({node.Op}): the one-step ONNX model has no form for it: {reason}",
        "convert without --emit-onnx");
}
