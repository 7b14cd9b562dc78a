using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// The last elements that the model has on a prefix although they need what comes after it: those that read padding behind the end. A
/// sequence leaves them out and gives them later, with what came instead of the padding; where the prefix is reduced to a value they count,
/// and are computed at every step as if the recording ended there.
/// </summary>
internal sealed class PrefixEnd(NodeContext context)
{
    /// <summary>Ops that treat the elements along time one by one.</summary>
    private static readonly HashSet<string> EachByItself =
    [
        "Abs", "Add", "BatchNormalization", "Clip", "Div", "Dropout", "Elu", "Erf", "Exp", "Gelu", "Gemm", "HardSigmoid", "HardSwish",
        "Identity", "LayerNormalization", "LeakyRelu", "Log", "MatMul", "Max", "Min", "Mish", "Mul", "Neg", "PRelu", "Pow", "Relu",
        "Reshape", "Selu", "Sigmoid", "Softmax", "Softplus", "Sqrt", "Squeeze", "Sub", "Sum", "Swish", "Tanh", "Transpose", "Unsqueeze",
    ];

    private readonly Dictionary<string, OnnxNode> _producers = context.Analysis.Graph.Producers();
    private readonly Dictionary<(string Wire, int Count), Elements?> _known = [];

    /// <summary>Steps from one element to the next of sequences as long as the inputs.</summary>
    private int Rate => context.Graph.InputRate;

    /// <summary>The last <paramref name="count"/> elements of a sequence that the model has on the prefix up to this step.</summary>
    /// <returns>Null where they cannot be computed.</returns>
    public static LatestWire? Last(NodeContext c, string wire, int count) =>
        new PrefixEnd(c).Last(wire, count) is { Value: { } value } last ? new LatestWire(value, last.Clock) : null;

    private Elements? Last(string wire, int count)
    {
        if (!_known.TryGetValue((wire, count), out var elements))
        {
            elements = context.Outer(wire) is StreamWire stream && stream.Clock.Rate == Rate ? Last(wire, stream, count) : null;
            _known[(wire, count)] = elements;
        }

        return elements;
    }

    private Elements? Last(string wire, StreamWire stream, int count)
    {
        var tail = context.Tail(stream);
        if (tail < 0 || count < tail)
            return null;

        var computed = tail == 0 ? null : Computed(wire, stream, tail);
        if (tail > 0 && computed is null)
            return null;

        var known = count == tail ? null : Known(context, stream, count - tail);
        return Joined(context, stream, known, computed, 0);
    }

    private static Elements Known(NodeContext c, StreamWire stream, int count)
    {
        var (window, clock) = SliceOps.Window(c, stream, count);
        return new Elements(window, clock, count);
    }

    /// <summary>Parts of a sequence one after the other, with zeros behind.</summary>
    private static Elements Joined(NodeContext c, StreamWire stream, Elements? first, Elements? second, int zeros)
    {
        Elements[] parts = [.. new[] { first, second }.OfType<Elements>()];
        var count = parts.Sum(part => part.Count) + zeros;
        var clock = new Clock(c.Graph.InputRate, parts.Max(part => part.Clock.Offset));
        if (parts is [var only] && zeros == 0)
            return only;

        var lowering = c.LoweringFor(clock);
        var shape = Shapes.With(stream.FullShape, stream.Axis, count);
        var y = StepMoves.Fill(lowering, shape, 0, stream.Value.Type).Value!;
        var strides = Shapes.Strides(shape);
        var at = 0;
        foreach (var part in parts)
        {
            var own = Shapes.With(shape, stream.Axis, part.Count);
            StepMoves.CopyInto(lowering, part.Value, y, own, 0, Shapes.Strides(own), at * strides[stream.Axis], strides);
            at += part.Count;
        }

        return new Elements(y, clock, count);
    }

    private Elements? Computed(string wire, StreamWire stream, int count)
    {
        if (!_producers.TryGetValue(wire, out var node) || node.Outputs[0] != wire || node.Domain.Length > 0)
            return null;

        var c = context.Of(node);
        return node.OpType == "Conv" ? Convolved(c, stream, count) : EachByItself.Contains(node.OpType) ? EachOne(c, stream, count) : null;
    }

    /// <summary>A convolution of the last elements of its input with the padding behind them.</summary>
    private Elements? Convolved(NodeContext c, StreamWire result, int count)
    {
        if (c.Stream(0) is not { Axis: >= 2, LeadIsComputed: false } input || input.Clock.Rate != Rate || c.Constant(1) is null
            || c.Input(2) is not (null or ConstantWire) || input.FullShape[0] != 1)
        {
            return null;
        }

        var a = ConvAttributes.Of(c.Node, input.FullShape, c.FullInputShape(1));
        var spatial = input.Axis - 2 + a.Missing;
        int span = (a.Kernel[spatial] - 1) * a.Dilations[spatial] + 1, behind = a.Pads[spatial + 2], lead = a.Pads[spatial];
        int tail = c.Tail(input), real = count + span - 1 - behind - tail;
        if (a.AutoPad || a.Strides[spatial] != 1 || tail < 0 || real < 0 || (input.Lead > 0 && lead > 0 && input.LeadValue != 0))
            return null;

        var computed = tail == 0 ? null : Last(c.Node.Inputs[0], tail);
        if (tail > 0 && computed is null)
            return null;

        var padded = input with { Lead = input.Lead + lead, LeadValue = lead > 0 ? 0 : input.LeadValue };
        var known = real == 0 ? null : Known(c, padded, real);
        if (known is null && computed is null)
            return null;

        var x = Joined(c, input, known, computed, behind);
        var shape = Shapes.With(result.FullShape, result.Axis, count);
        var lowering = c.LoweringFor(x.Clock);
        var y = lowering.New(shape);
        Convolutions.ConvOn(lowering, a.OnWindow(spatial, x.Count), StepOperand.Of(x.Value), c.Constant(1)!,
            c.Constant(2)?.ToFloats(), y);
        return new Elements(y.Value!, x.Clock, count);
    }

    private Elements? EachOne(NodeContext c, StreamWire result, int count)
    {
        var operands = new StepOperand?[c.InputCount];
        var offset = 0;
        for (var i = 0; i < operands.Length; i++)
        {
            switch (c.Input(i))
            {
                case null:
                    break;
                case ConstantWire { VariesWithTime: false } constant when !SpansTime(c, constant, result):
                    operands[i] = StepOperand.Of(constant.Tensor);
                    break;
                case StreamWire when Last(c.Node.Inputs[i], count) is { } last:
                    operands[i] = StepOperand.Of(last.Value);
                    offset = Math.Max(offset, last.Clock.Offset);
                    break;
                default:
                    return null;
            }
        }

        var clock = new Clock(Rate, offset);
        var lowered = c.Lower(operands, clock, [Shapes.With(result.FullShape, result.Axis, count)])[0];
        return lowered?.Value is { } value ? new Elements(value.View(lowered.Shape), clock, count) : null;
    }

    /// <summary>A constant that has a row for each element.</summary>
    private static bool SpansTime(NodeContext c, ConstantWire constant, StreamWire result) =>
        c.Node.OpType is not ("MatMul" or "Gemm" or "Reshape" or "Squeeze" or "Unsqueeze")
        && result.Axis - result.FullShape.Length + constant.Tensor.Rank is var axis && axis >= 0 && constant.Tensor.Rank > axis
        && constant.Tensor.Dims[axis] == result.FullLength && result.FullLength > 1;

    private sealed record Elements(StepValue Value, Clock Clock, int Count);
}
