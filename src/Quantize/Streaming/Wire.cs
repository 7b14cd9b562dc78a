using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Ops;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>What a wire of the ONNX graph is in the step program. Every transfer rule maps wires to wires.</summary>
internal abstract record Wire;

/// <summary>Depends on constants and on the length T only: evaluated, never computed on the device.</summary>
/// <param name="Name">The ONNX wire, by which its value for other lengths can be asked for.</param>
/// <param name="Tensor">Its value at the analysis length.</param>
/// <param name="VariesWithTime">Its shape or content changes with T.</param>
internal sealed record ConstantWire(string Name, OnnxTensor Tensor, bool VariesWithTime) : Wire;

/// <summary>A wire that the device computes; fresh whenever its clock ticks.</summary>
/// <param name="Value">The value of one step.</param>
/// <param name="Clock">When it is fresh.</param>
internal abstract record StepWire(StepValue Value, Clock Clock) : Wire;

/// <summary>
/// A sequence, one element a tick. The step value has the ONNX shape with the time axis cut to 1. Tick i carries element i + Lead;
/// the elements before that are padding, known beforehand and all equal to LeadValue.
/// </summary>
/// <param name="Axis">The time axis.</param>
/// <param name="FullShape">The ONNX shape at the analysis length.</param>
/// <param name="Lead">Elements of padding before the first tick.</param>
/// <param name="LeadValue">What they hold.</param>
/// <param name="LeadIsFirst">They hold what the first element holds instead.</param>
internal sealed record StreamWire(StepValue Value, Clock Clock, int Axis, int[] FullShape, int Lead = 0, float LeadValue = 0, bool LeadIsFirst = false)
    : StepWire(Value, Clock)
{
    public int FullLength => FullShape[Axis];

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
/// <param name="Invariant">The same at all ticks of a recording: it comes from inputs without a time axis, or from one element at a fixed place.</param>
internal sealed record LatestWire(StepValue Value, Clock Clock, bool Invariant = false) : StepWire(Value, Clock);

/// <summary>A sequence x whose elements change with every new one: x · Scale + Offset, perhaps squared. Only its moments over time are known.</summary>
/// <param name="Scale">A value of the whole sequence; null: 1.</param>
/// <param name="Offset">A value of the whole sequence; null: 0.</param>
internal sealed record MovedWire(StreamWire Stream, StepOperand? Scale, StepOperand? Offset, bool Squared) : Wire;

/// <summary>A mask of positions and keys at once: made of masks of positions and of an input that has a number or truth value a key.</summary>
/// <param name="Name">The ONNX wire.</param>
/// <param name="Input">The mask of the keys, 0 or 1 each.</param>
/// <param name="Stream">The same as a sequence.</param>
internal sealed record KeyMaskWire(string Name, string Input, StreamWire Stream) : Wire;

/// <summary>Elements of a mask that comes in as an input, to evaluate what it does.</summary>
internal sealed record GivenMask(string Input, Func<int, long> Element);

/// <summary>What earlier steps left, before this step's element is put behind it: keys or values that grow by one element a step.</summary>
/// <param name="Axis">The axis along which it grows.</param>
/// <param name="FullShape">The ONNX shape at the analysis length.</param>
internal sealed record CacheWire(int Axis, int[] FullShape) : Wire;

/// <summary>
/// Attention scores [.., queries, keys] that are never stored: query times key, scaled, plus biases. Softmax over the keys and the
/// product with the values turn them into one attention op.
/// </summary>
/// <param name="Query">The queries [.., queries, keySize]: a sequence, or a latest value.</param>
/// <param name="Key">The key sequence.</param>
/// <param name="QueryAxis">Axis of the queries; −1 where the query is a latest value.</param>
/// <param name="KeyAxis">Axis of the keys.</param>
/// <param name="Scale">Factor on query times key.</param>
/// <param name="Biases">Terms added to the scaled product, in ONNX shape broadcast to [.., queries, keys].</param>
/// <param name="KeyBiases">Sequences of one number a key that are added, each with its factor: masks that come in as an input.</param>
/// <param name="Softmaxed">The softmax over the keys has been taken.</param>
/// <param name="InTanh">Factor on query times key within a tanh (softcap), where there is one; the scale is then outside of it.</param>
/// <param name="Weighted">The value sequence [.., keys, valueSize] that the weights multiply elementwise, still to be summed over the keys.</param>
internal sealed record ScoresWire(
    StepWire Query, StreamWire Key, int QueryAxis, int KeyAxis, int[] FullShape, float Scale, IReadOnlyList<ScoreBias> Biases,
    IReadOnlyList<KeyBias> KeyBiases, bool Softmaxed, StreamWire? Weighted = null, float? InTanh = null)
    : Wire
{
    /// <summary>The same scores of two sequences, told that the first factor was the keys and the second the queries.</summary>
    public ScoresWire KeysFirst() => this with
    {
        Query = Key.Transposed(),
        Key = ((StreamWire)Query).Transposed(),
        QueryAxis = KeyAxis,
        KeyAxis = QueryAxis,
        Biases = [.. Biases.Select(bias => bias with { QueryAxis = bias.KeyAxis, KeyAxis = bias.QueryAxis })],
    };
}

/// <summary>One number a key, times a factor, that is added to the scores of all queries.</summary>
internal sealed record KeyBias(StreamWire Stream, float Factor);

/// <summary>One additive or masking term of attention scores.</summary>
/// <param name="Wire">The time-only wire that holds it, broadcast to the scores.</param>
/// <param name="ScoresShape">ONNX shape of the scores where the term meets them.</param>
/// <param name="QueryAxis">Axis of the queries there; −1 where the query is a latest value.</param>
/// <param name="KeyAxis">Axis of the keys there.</param>
/// <param name="Factor">Multiplies the term.</param>
/// <param name="Mask">For a boolean mask: the truth value that masks; null for an additive term.</param>
/// <param name="Given">Elements of an input that the wire depends on too; null: it does not.</param>
internal sealed record ScoreBias(ConstantWire Wire, int[] ScoresShape, int QueryAxis, int KeyAxis, float Factor, bool? Mask = null, GivenMask? Given = null)
{
    public OnnxTensor? ValueAt(Analysis analysis, int length) => Given is not null ? analysis.ValueAt(Wire.Name, length, Given)
        : Wire.VariesWithTime ? analysis.ValueAt(Wire.Name, length) : Wire.Tensor;
}

/// <summary>A softmax over time, not yet reduced: attention pooling keeps a running maximum and sum instead of the sequence.</summary>
/// <param name="Score">The scores that the softmax takes.</param>
/// <param name="Axis">The time axis, after any transposition since.</param>
/// <param name="FullShape">Shape after any reshaping since.</param>
/// <param name="Weighted">The sequence that the weights multiply, once known.</param>
internal sealed record TimeSoftmaxWire(StreamWire Score, int Axis, int[] FullShape, StreamWire? Weighted = null) : Wire;
