using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>Elementwise ops. Whole numbers divide as on the device, where division by zero gives zero.</summary>
internal static class ElementwiseEmission
{
    public static void Unary(Emission op)
    {
        var y = op.Target("y");
        float? alpha = op.Has("alpha") ? op.Float("alpha") : null, beta = op.Has("beta") ? op.Float("beta") : null;
        op.Out("y", Apply(op, op.Text("fn"), op.In("x", y.Shape), alpha, beta), y.Shape);
    }

    /// <summary>The activation that a matrix op applies to its result, or the result itself.</summary>
    public static string Activated(Emission op, string x) => op.Has("activation")
        ? Apply(op, op.Text("activation"), x, op.Has("alpha") ? op.Float("alpha") : null, op.Has("beta") ? op.Float("beta") : null)
        : x;

    public static void Binary(Emission op)
    {
        var shape = op.IntList("shape");
        string a = Strided.Read(op, op.Value("a"), shape, op.IntList("aStrides")),
            b = Strided.Read(op, op.Value("b"), shape, op.IntList("bStrides"));
        var whole = op.InType("a") == ElementType.I64;
        var fn = op.Text("fn");
        var y = fn switch
        {
            "Div" when whole => Guarded(op, b, safe => op.Add("Div", a, safe)),
            "Mod" when whole => Guarded(op, b, safe => op.Add("Mod", a, safe)),
            "FMod" when whole => Guarded(op, b, safe => op.Add("Mod", [a, safe], ("fmod", 1L))),
            "FMod" => op.Add("Mod", [a, b], ("fmod", 1L)),
            "Mod" => Floored(op, op.Add("Mod", [a, b], ("fmod", 1L)), b),
            "PRelu" => op.Add("Where", op.Add("Less", a, op.Scalar(0f)), op.Add("Mul", a, b), a),
            _ => op.Add(fn, a, b),
        };
        op.Out("y", Broadcast(op, y, shape), shape);
    }

    public static void Where(Emission op)
    {
        var shape = op.IntList("shape");
        var y = op.Add("Where", Operand("c", "cStrides"), Operand("a", "aStrides"), Operand("b", "bStrides"));
        op.Out("y", Broadcast(op, y, shape), shape);

        string Operand(string input, string strides) => Strided.Read(op, op.Value(input), shape, op.IntList(strides));
    }

    public static void Cast(Emission op)
    {
        var y = op.Target("y");
        op.Out("y", op.Cast(op.In("x", y.Shape), StepTensor.OnnxType(y.Root.Type)), y.Shape);
    }

    /// <summary>Repeats the dimensions of 1 where all operands have them.</summary>
    public static string Broadcast(Emission op, string wire, int[] shape) => shape.Length == 0 ? wire
        : op.Add("Expand", wire, op.Ints(shape));

    private static string Apply(Emission op, string fn, string x, float? alpha, float? beta) => fn switch
    {
        "GeluTanh" => op.Add("Gelu", [x], ("approximate", "tanh")),
        "Swish" => op.Add("Mul", x, op.Add("Sigmoid", alpha is null or 1 ? x : op.Add("Mul", x, op.Scalar(alpha.Value)))),
        "Clip" => op.Add("Clip", x, Bound(op, alpha), Bound(op, beta)),
        "Shrink" => op.Add("Shrink", [x], Given(("lambd", alpha), ("bias", beta))),
        "Selu" => op.Add("Selu", [x], Given(("alpha", alpha), ("gamma", beta))),
        "HardSigmoid" => op.Add("HardSigmoid", [x], Given(("alpha", alpha), ("beta", beta))),
        "LeakyRelu" or "Elu" or "Celu" or "ThresholdedRelu" => op.Add(fn, [x], Given(("alpha", alpha))),
        "IsInf" => op.Add("IsInf", [x], ("detect_positive", (long)op.Int("detectPositive")),
            ("detect_negative", (long)op.Int("detectNegative"))),
        _ => op.Add(fn, x),
    };

    private static string Bound(Emission op, float? bound) => bound is float value && float.IsFinite(value) ? op.Scalar(value) : "";

    private static (string Name, OnnxAttribute Value)[] Given(params (string Name, float? Value)[] attributes) =>
        [.. attributes.Where(attribute => attribute.Value is not null)
        .Select(attribute => (attribute.Name, (OnnxAttribute)attribute.Value!.Value))];

    /// <summary>A quotient or remainder that is 0 where the divisor is.</summary>
    private static string Guarded(Emission op, string divisor, Func<string, string> divide)
    {
        string zero = op.Scalar(0L), none = op.Add("Equal", divisor, zero);
        return op.Add("Where", none, zero, divide(op.Add("Where", none, op.Scalar(1L), divisor)));
    }

    /// <summary>A remainder with the dividend's sign as one with the divisor's.</summary>
    private static string Floored(Emission op, string remainder, string divisor)
    {
        var zero = op.Scalar(0f);
        var differ = op.Add("Xor", op.Add("Less", remainder, zero), op.Add("Less", divisor, zero));
        var moved = op.Add("And", differ, op.Add("Not", op.Add("Equal", remainder, zero)));
        return op.Add("Where", moved, op.Add("Add", remainder, divisor), remainder);
    }
}
