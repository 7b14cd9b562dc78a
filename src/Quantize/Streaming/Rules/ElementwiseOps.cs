using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming.Attention;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Ops that work on each element by itself, with broadcasting: the time axis stays where broadcasting puts it.</summary>
internal static class ElementwiseOps
{
    private const string Rule = "element by element";

    private const string PassesThrough = "passes through";

    private static readonly string[] PlainUnary =
    [
        "Abs", "Neg", "Sign", "Relu", "HardSwish", "Sigmoid", "Tanh", "Softplus", "Softsign", "Mish", "Exp", "Log", "Sqrt", "Reciprocal",
        "Erf", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Floor", "Ceil", "Round", "IsNaN",
        "IsInf", "Not",
    ];

    private static readonly (string Op, float Alpha, float Beta)[] UnaryWithAttributes =
    [
        ("LeakyRelu", 0.01f, 0), ("Elu", 1, 0), ("Celu", 1, 0), ("ThresholdedRelu", 1, 0), ("HardSigmoid", 0.2f, 0.5f),
        ("Selu", 1.67326319217681884765625f, 1.05070102214813232421875f),
    ];

    private static readonly string[] Binary =
    [
        "Add", "Sub", "Mul", "Div", "Mod", "PRelu", "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor",
    ];

    public static void Register(OpTable table)
    {
        foreach (var op in PlainUnary)
            table.Add(op, c => Unary(c, op), StreamUnary, Rule);

        foreach (var (op, alpha, beta) in UnaryWithAttributes)
        {
            table.Add(op, c => Unary(c, op, c.Node.Float("alpha", alpha), c.Node.Float(op == "Selu" ? "gamma" : "beta", beta)), StreamUnary,
                Rule);
        }

        table.Add("Shrink", c => Unary(c, "Shrink", c.Node.Float("lambd", 0.5f), c.Node.Float("bias", 0)), StreamUnary, Rule);
        table.Add("Swish", c => Unary(c, "Swish", c.Node.Float("alpha", 1)), StreamUnary, Rule);
        table.Add("Gelu", c => Unary(c, c.Node.String("approximate", "none") == "tanh" ? "GeluTanh" : "Gelu"), StreamUnary, Rule);
        table.Add("Gelu", c => Unary(c, "Gelu"), StreamUnary, Rule, "com.microsoft");
        table.Add("FastGelu", FastGelu, StreamBroadcast, Rule, "com.microsoft");
        table.Add("QuickGelu", c => Unary(c, "Swish", c.Node.Float("alpha", 1.702f)), StreamUnary, Rule, "com.microsoft");
        table.Add("BiasGelu", c => [StepArithmetic.Unary(c, StepArithmetic.Binary(c, "Add", c.Operand(0), c.Operand(1)), "Gelu")],
            StreamBroadcast, Rule, "com.microsoft");
        table.Add("Clip", Clip, StreamUnary, Rule);
        table.Add("Cast", Cast, StreamUnary, Rule);
        table.Add("CastLike", Cast, StreamUnary, Rule);
        foreach (var op in new[] { "Identity", "Dropout" })
            table.Add(op, c => [c.Operand(0)], StreamUnary, PassesThrough);

        foreach (var op in Binary)
            table.Add(op, c => [OfTwoTypes(c, Function(c, op))], StreamBroadcast, Rule);

        table.Add("Pow", c => [Pow(c)], StreamBroadcast, Rule);
        foreach (var (op, function) in new[] { ("Sum", "Add"), ("Max", "Max"), ("Min", "Min") })
        {
            table.Add(op, c => [Fold(c, function)], StreamBroadcast, Rule);
        }

        table.Add("Mean", Mean, StreamBroadcast, Rule);
        table.Add("Where", Where, StreamBroadcast, Rule);
    }

    /// <summary>The op works on each element by itself.</summary>
    public static bool Serves(OpEntry entry) => entry.Summary is Rule or PassesThrough;

    /// <summary>The streaming rule of every op of one data input (others are constant parameters).</summary>
    public static Wire?[] StreamUnary(NodeContext c) => c.Input(0) switch
    {
        ScoresWire scores when c.Node.OpType == "Tanh" => [AttentionWires.Softcapped(c, scores)],
        ScoresWire scores when c.Node.OpType is "Identity" or "Dropout" or "Cast" => [scores],
        ScoresWire { Softmaxed: true } weights when c.Node.OpType == "IsNaN" => [new NoNumberWire(weights)],
        TimeSoftmaxWire weights when c.Node.OpType is "Identity" or "Dropout" or "Cast" => [weights],
        StreamWire stream when c.Node.OpType is "Identity" or "Dropout" => [stream],
        ScoresWire scores when QuantizationOps.IsRounding(c) => [scores],
        TimeSoftmaxWire weights when QuantizationOps.IsRounding(c) => [weights],
        StreamWire stream => KnownPadding.TryTrack(c, stream) ?? c.Track(stream.Axis),
        _ => throw c.Refuse("a sequence flows into a parameter of the op"),
    };

    /// <summary>The streaming rule of every op that broadcasts its inputs.</summary>
    public static Wire?[] StreamBroadcast(NodeContext c)
    {
        if ((AttentionWires.TryElementwise(c) ?? MovedWire.TryOpen(c)) is Wire wire)
            return [wire];

        var rank = c.FullShape().Length;
        int[] axes = [.. Enumerable.Range(0, c.InputCount).Select(c.Stream).OfType<StreamWire>()
            .Select(s => s.Axis + rank - s.FullShape.Length).Distinct()];
        if (axes.Length > 1)
            throw c.NotCausal("it combines every element of a sequence with every other one");

        if (Enumerable.Range(0, c.InputCount).Select(c.Stream).OfType<StreamWire>().ToArray() is [var only]
            && only.FullShape.Length == rank && KnownPadding.TryTrack(c, only) is { } padded)
        {
            return padded;
        }

        return c.TrackBroadcast(axes.Length == 1 ? axes[0] : c.SpreadAxis() ?? throw c.Refuse("none of its inputs is a sequence"));
    }

    private static StepOperand?[] Unary(Lowering c, string function, float? alpha = null, float? beta = null) =>
        [StepArithmetic.Unary(c, c.Operand(0), function, alpha, beta, c.OutputType())];

    private static StepOperand?[] FastGelu(Lowering c)
    {
        var x = c.Has(1) ? StepArithmetic.Binary(c, "Add", c.Operand(0), c.Operand(1)) : c.Operand(0);
        return [StepArithmetic.Unary(c, x, "GeluTanh")];
    }

    private static StepOperand?[] Clip(Lowering c)
    {
        if ((c.Has(1) && c.Constant(1) is null) || (c.Has(2) && c.Constant(2) is null))
        {
            // Bounds that are computed: relative to a maximum, for example.
            var y = c.Has(1) ? StepArithmetic.Binary(c, "Max", c.Operand(0), c.Operand(1)) : c.Operand(0);
            return [c.Has(2) ? StepArithmetic.Binary(c, "Min", y, c.Operand(2)) : y];
        }

        var low = c.Has(1) ? c.RequireConstant(1, "lower bound").ToFloats()[0] : c.Node.Float("min", float.MinValue);
        var high = c.Has(2) ? c.RequireConstant(2, "upper bound").ToFloats()[0] : c.Node.Float("max", float.MaxValue);
        if (c.OutputType() == ElementType.F32)
            return float.IsFinite(low) && float.IsFinite(high) ? Unary(c, "Clip", low, high) : [OpenClip(c, low, high)];

        return [StepArithmetic.Binary(c, "Min", StepArithmetic.Binary(c, "Max", c.Operand(0), Bound(low)), Bound(high))];

        static StepOperand Bound(float value) => StepOperand.Of(OnnxTensor.Scalar((long)value));
    }

    /// <summary>An infinite bound keeps infinite values, which the largest finite one would not.</summary>
    private static StepOperand OpenClip(Lowering c, float low, float high)
    {
        if (float.IsNaN(low) || float.IsNaN(high))
            throw c.Refuse("a bound is not a number", "export the model with bounds that are numbers");
        if (low == 0 && float.IsPositiveInfinity(high))
            return StepArithmetic.Unary(c, c.Operand(0), "Relu");

        var x = c.Operand(0);
        x = float.IsNegativeInfinity(low) ? x : StepArithmetic.Binary(c, "Max", x, StepArithmetic.Scalar(low));
        return float.IsPositiveInfinity(high) ? x : StepArithmetic.Binary(c, "Min", x, StepArithmetic.Scalar(high));
    }

    private static StepOperand?[] Cast(Lowering c) => [StepArithmetic.Cast(c, c.Operand(0), c.OutputType())];

    /// <summary>A square is a product, which has the same bits and takes a fraction of the time.</summary>
    private static StepOperand Pow(Lowering c)
    {
        var x = c.Operand(0);
        var squares = c.In(0).Type == ElementType.F32 && c.Constant(1) is { Count: 1 } power && power.Dims.Count <= x.Shape.Length
            && power.ToFloats()[0] == 2;
        return squares ? StepArithmetic.Binary(c, "Mul", x, x) : OfTwoTypes(c, "Pow");
    }

    /// <summary>Pow alone takes operands of two types; the result has that of the first.</summary>
    private static StepOperand OfTwoTypes(Lowering c, string function)
    {
        var (a, b) = (c.In(0), c.In(1));
        if (a.Type == b.Type)
            return StepArithmetic.Binary(c, function, c.Operand(0), c.Operand(1));

        var y = StepArithmetic.Binary(c, function, StepArithmetic.Cast(c, c.Operand(0), ElementType.F32),
            StepArithmetic.Cast(c, c.Operand(1), ElementType.F32));
        return StepArithmetic.Cast(c, y, c.OutputType());
    }

    private static string Function(Lowering c, string op) => op == "Mod" && c.Node.Int("fmod", 0) == 1 ? "FMod" : op;

    private static StepOperand Fold(Lowering c, string function) =>
        Enumerable.Range(1, c.InputCount - 1).Aggregate(c.Operand(0), (sum, i) => StepArithmetic.Binary(c, function, sum, c.Operand(i)));

    private static StepOperand?[] Mean(Lowering c) =>
        [StepArithmetic.Binary(c, "Mul", Fold(c, "Add"), StepArithmetic.Scalar(1f / c.InputCount))];

    private static StepOperand?[] Where(Lowering c)
    {
        var shape = c.OutputShape();
        var y = c.NewOutput();
        c.Add("Where", [c.In(0), c.In(1), c.In(2)], [y.Value], ("shape", shape),
            ("cStrides", Shapes.BroadcastStrides(c.Shape(0), shape)),
            ("aStrides", Shapes.BroadcastStrides(c.Shape(1), shape)),
            ("bStrides", Shapes.BroadcastStrides(c.Shape(2), shape)));
        return [y];
    }
}
