using System.Numerics;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>What a wire of the ONNX graph is in the step program. Every transfer rule maps wires to wires.</summary>
internal abstract record Wire
{
    /// <summary>Whether it continues before the node's other inputs do.</summary>
    public virtual bool IsAskedFirst => false;

    /// <summary>In a few words, for the report on the node that makes it.</summary>
    /// <param name="inputRate">Steps of the program for each element of its inputs, which is a step to its user.</param>
    public abstract string Description(int inputRate);

    /// <summary>What a node that reads this wire makes of it, where that follows from the wire rather than from the op; null: the op's rule
    /// decides.</summary>
    public virtual Wire?[]? Continue(NodeContext c) => null;

    /// <summary>The wire as a sequence of single elements; null where it is none.</summary>
    public virtual StreamWire? Sequence(NodeContext c) => this as StreamWire;

    /// <summary>Why the graph cannot give this wire as an output.</summary>
    public virtual EdgeSeqException NoOutput(OnnxNode? node, string name) =>
        new(ErrorCodes.NodeUnsupported, $"output '{name}' holds attention weights, which grow with time",
        "remove it from the model's outputs");
}

/// <summary>Depends on constants and on the length T only: evaluated, never computed on the device.</summary>
/// <param name="Name">The ONNX wire, by which its value for other lengths can be asked for.</param>
/// <param name="Tensor">Its value at the analysis length.</param>
/// <param name="VariesWithTime">Its shape or content changes with T.</param>
internal sealed record ConstantWire(string Name, OnnxTensor Tensor, bool VariesWithTime) : Wire
{
    public override string Description(int inputRate) => VariesWithTime ? "constant, evaluated for every length" : "constant";

    public override EdgeSeqException NoOutput(OnnxNode? node, string name) =>
        new(ErrorCodes.NodeUnsupported, $"output '{name}' depends on no input", "remove it from the model's outputs");
}

/// <summary>A wire that the device computes; fresh whenever its clock ticks.</summary>
/// <param name="Value">The value of one step.</param>
/// <param name="Clock">When it is fresh.</param>
internal abstract record StepWire(StepValue Value, Clock Clock) : Wire
{
    /// <summary>How often the value is fresh, and from which step on.</summary>
    protected string Ticks(int inputRate)
    {
        var common = (int)BigInteger.GreatestCommonDivisor(Clock.Rate, inputRate);
        var often = (inputRate / common, Clock.Rate / common) switch
        {
            (1, 1) => "",
            (1, var steps) => $", every {steps} steps",
            (var elements, 1) => $", {elements} a step",
            var (elements, steps) => $", {elements} every {steps} steps",
        };
        return often + (Clock.Offset / inputRate is > 0 and var delay ? $", delay {delay}" : "");
    }
}

/// <summary>
/// A sequence, one element a tick. The step value has the ONNX shape with the time axis cut to 1. Tick i carries element i + Lead;
/// the elements before that are padding, known beforehand and all equal to LeadValue.
/// </summary>
/// <param name="Axis">The time axis.</param>
/// <param name="FullShape">The ONNX shape at the analysis length.</param>
/// <param name="Lead">Elements of padding before the first tick.</param>
/// <param name="LeadValue">What they hold.</param>
/// <param name="LeadIsFirst">They hold what the first element holds instead.</param>
internal sealed record StreamWire(StepValue Value, Clock Clock, int Axis, int[] FullShape, int Lead = 0, float LeadValue = 0,
    bool LeadIsFirst = false)
    : StepWire(Value, Clock)
{
    /// <summary>Rows [.., size] of which the first Lead are the elements of padding, known at the first tick; null where all of them are
    /// one value.</summary>
    public StepValue? LeadElements { get; init; }

    /// <summary>The padding follows from elements of the sequence.</summary>
    public bool LeadIsComputed => LeadIsFirst || LeadElements is not null;

    public int FullLength => FullShape[Axis];

    public override string Description(int inputRate) => $"stream{Ticks(inputRate)}";

    /// <summary>The last two axes exchanged, one of which is time: an element's memory stays as it is.</summary>
    public StreamWire Transposed() => this with
    {
        Value = Value.View(Exchanged(Value.Shape)),
        Axis = (2 * FullShape.Length) - 3 - Axis,
        FullShape = Exchanged(FullShape),
    };

    private static int[] Exchanged(int[] shape) => [.. shape[..^2], shape[^1], shape[^2]];
}

/// <summary>No time axis: on a prefix of the input it is the whole value that the ONNX wire has there.</summary>
/// <param name="Invariant">The same at all ticks of a recording: it comes from inputs without a time axis, or from one element at a fixed
/// place.</param>
internal sealed record LatestWire(StepValue Value, Clock Clock, bool Invariant = false) : StepWire(Value, Clock)
{
    public override string Description(int inputRate) => $"latest{Ticks(inputRate)}";
}

/// <summary>Elements of a mask that comes in as an input, to evaluate what it does.</summary>
internal sealed record GivenMask(string Input, Func<int, long> Element);
