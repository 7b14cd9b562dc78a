using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming.Attention;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Elementwise ops on rows of keys: each operand as it stands against the newest query and the last keys.</summary>
internal static class KeyRowElements
{
    private static readonly HashSet<string> Ops =
    [
        "Abs", "Add", "And", "Cast", "Celu", "Clip", "Div", "Dropout", "Elu", "Equal", "Exp", "Gelu", "Greater", "GreaterOrEqual",
        "HardSigmoid", "HardSwish", "Identity", "LeakyRelu", "Less", "LessOrEqual", "Log", "Max", "Min", "Mish", "Mul", "Neg", "Not", "Or",
        "Pow", "Reciprocal", "Relu", "Selu", "Sigmoid", "Sign", "Softplus", "Softsign", "Sqrt", "Sub", "Sum", "Swish", "Tanh",
        "ThresholdedRelu", "Where",
    ];

    public static bool AreTakenBy(NodeContext c) => c.Node.Domain.Length == 0 && Ops.Contains(c.Node.OpType);

    public static KeyRowWire Of(NodeContext c)
    {
        var inputs = Enumerable.Range(0, c.InputCount).Select(c.Input).ToArray();
        var rows = inputs.OfType<KeyRowWire>().First();
        int rank = c.FullShape().Length, query = rank - rows.FullShape.Length + rows.QueryAxis, key = rank - rows.FullShape.Length
            + rows.KeyAxis;
        var (aligned, clock) = c.Aligner.Align(c.Node, [.. inputs.Select(wire => wire is KeyRowWire own ? own.Row : wire)]);
        var operands = new StepOperand?[inputs.Length];
        var later = new float?[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
            (operands[i], later[i]) = Operand(c, inputs[i], aligned[i], (query, key), rows.Keys, clock);

        var shape = Shapes.With(Shapes.With(c.FullShape(), query, 1), key, rows.Keys);
        var y = c.Lower(operands, clock, [shape])[0]!;
        var row = new StreamWire(y.Value!.View(shape), clock, query, Shapes.With(c.FullShape(), key, rows.Keys));
        return new KeyRowWire(row, key, c.FullShape(), LaterOf(c, later));
    }

    private static (StepOperand?, float?) Operand(NodeContext c, Wire? wire, Wire? aligned, (int Query, int Key) axes, int keys,
        Clock clock)
    {
        var rank = c.FullShape().Length;
        switch (wire)
        {
            case null:
                return (null, null);
            case KeyRowWire rows:
                return rows.Keys == keys && rank - rows.FullShape.Length + rows.QueryAxis == axes.Query
                    ? (StepOperand.Of(((StreamWire)aligned!).Value), rows.Later) : throw KeyRowOps.Refused(c);
            case ConstantWire constant:
                return PositionRows.Of(c, constant, axes, keys, clock);
            case LatestWire:
                return (StepOperand.Of(((LatestWire)aligned!).Value), null);
            default:
                var stream = aligned as StreamWire ?? throw KeyRowOps.Refused(c);
                var axis = rank - stream.FullShape.Length + stream.Axis;
                return (StepOperand.Of(axis == axes.Query ? stream.Value
                    : axis == axes.Key ? KeyRows.Last(c, stream, keys) : throw KeyRowOps.Refused(c)), null);
        }
    }

    /// <summary>What the op makes of later keys; null where that is not one number.</summary>
    private static float? LaterOf(NodeContext c, float?[] later)
    {
        const float Hidden = AttentionMask.Masked;
        return c.Node.OpType switch
        {
            "Mul" when later.Contains(0) => 0,
            "Div" when later[0] == 0 => 0,
            "Where" when later[0] is float condition => condition != 0 ? later[1] : later[2],
            "Add" or "Sum" when later.Any(value => value <= Hidden) => later.Where(value => value <= Hidden).Min(),
            "Sub" when later[0] <= Hidden => later[0],
            _ when Enumerable.Range(0, later.Length).All(i => later[i] is not null || c.Input(i) is null) => Evaluated(c, later),
            _ => null,
        };
    }

    private static float? Evaluated(NodeContext c, float?[] later)
    {
        var graph = new OnnxGraph("later");
        foreach (var (domain, version) in c.Analysis.Graph.Opsets)
            graph.Opsets[domain] = version;

        var node = c.Node.Clone(graph);
        for (var i = 0; i < later.Length; i++)
        {
            if (later[i] is float value)
                graph.Initializers[node.Inputs[i]] = OnnxTensor.Scalar(value).Cast(c.Analysis.Type(c.Node.Inputs[i]).ElementType);
        }

        graph.Nodes.Add(node);
        try
        {
            return OrtEvaluator.Evaluate(graph, new Dictionary<string, OnnxTensor>(), [node.Outputs[0]])[node.Outputs[0]].ToFloats()[0];
        }
        catch (EdgeSeqException)
        {
            return null;
        }
    }
}
