using System.Globalization;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>What a lowering rule works with: one ONNX node whose operands have static shapes, and the step graph to add nodes to.</summary>
internal sealed class Lowering(StepGraph graph, OnnxNode node, Clock clock, StepOperand?[] operands, int[][] outputShapes,
    ElementType[] outputTypes)
{
    public StepGraph Graph { get; } = graph;

    public OnnxNode Node { get; } = node;

    public Clock Clock { get; } = clock;

    /// <summary>Of a recurrent node: which steps of its input are new; null: all of them.</summary>
    public KeptSteps? KeptSteps { get; init; }

    public int InputCount => operands.Length;

    public int OutputCount => outputShapes.Length;

    public bool Has(int input) => input < operands.Length && operands[input] is not null;

    public StepOperand Operand(int input) => !Has(input) ? throw Refuse($"input {input} is missing")
        : operands[input]!.IsOfOneLength ? throw LengthInputs.Varies(Node, input) : operands[input]!;

    public int[] Shape(int input) => Operand(input).Shape;

    public int[] OutputShape(int output = 0) => outputShapes[output];

    public ElementType OutputType(int output = 0) => outputTypes[output];

    /// <summary>The constant behind an input, or null where it is computed.</summary>
    public OnnxTensor? Constant(int input) => Has(input) ? Operand(input).Constant : null;

    /// <summary>The constant behind an input that the op needs to be constant.</summary>
    public OnnxTensor RequireConstant(int input, string what) =>
        Constant(input) ?? throw Refuse($"its {what} (input {input}) is computed at run time", $"export the model with a constant {what}");

    /// <summary>The input as a value; a constant becomes one. −1 stands for an absent optional: null.</summary>
    public StepValue? Optional(int input) => Has(input) ? In(input) : null;

    public StepValue In(int input) => Value(Operand(input), $"{Node.Name}.in{input}");

    public StepValue Value(StepOperand operand, string name) =>
        operand.Value ?? Graph.Constant(name, operand.Constant!.StepData(), operand.Shape);

    public StepOperand New(int[] shape, ElementType type = ElementType.F32, string? name = null) =>
        StepOperand.Of(Graph.Arena(name ?? Node.Outputs.FirstOrDefault(o => o.Length > 0) ?? Node.Name, type, shape));

    public StepOperand NewOutput(int output = 0) => New(OutputShape(output), OutputType(output), Node.Outputs[output]);

    public StepNode Add(string op, StepValue?[] inputs, StepValue?[] outputs, params (string Name, object? Value)[] attributes) =>
        Graph.Add(op, Node.Name, Clock, inputs, outputs, Finite(attributes));

    public StepNode Add(
        string op,
        (string Name, StepValue? Value)[] inputs,
        (string Name, StepValue? Value)[] outputs,
        params (string Name, object? Value)[] attributes) =>
        Graph.Add(op, Node.Name, Clock, inputs, outputs, Finite(attributes));

    public EdgeSeqException Refuse(string reason, string? hint = null) => Refusal.Of(Node, reason, hint);

    /// <summary>The program file holds numbers as JSON, which has no other.</summary>
    private (string Name, object? Value)[] Finite((string Name, object? Value)[] attributes) =>
        Array.Find(attributes, attribute => attribute.Value is float value && !float.IsFinite(value)) is { Value: float other } found
            ? throw Refuse($"its parameter '{found.Name}' is {other.ToString(CultureInfo.InvariantCulture)}",
            "export the model with finite parameters")
            : attributes;
}
