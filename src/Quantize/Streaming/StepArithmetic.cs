using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>Elementwise step ops on operands, with ONNX's broadcasting: what many rules are made of.</summary>
internal static class StepArithmetic
{
    /// <summary>One function of <paramref name="x"/>, of the same shape.</summary>
    public static StepOperand Unary(Lowering c, StepOperand x, string function, float? alpha = null, float? beta = null,
        ElementType? type = null)
    {
        var value = c.Value(x, $"{c.Node.Name}.in");
        var y = c.New(x.Shape, type ?? value.Type);
        c.Add("Unary", [value], [y.Value], ("fn", function), ("alpha", alpha), ("beta", beta));
        return y;
    }

    /// <summary>One function of two operands, broadcast to each other.</summary>
    public static StepOperand Binary(Lowering c, string function, StepOperand a, StepOperand b)
    {
        var shape = Broadcast(c, a.Shape, b.Shape);
        var left = c.Value(a, $"{c.Node.Name}.a");
        var right = c.Value(b, $"{c.Node.Name}.b");
        var compares = function is "Equal" or "Less" or "LessOrEqual" or "Greater" or "GreaterOrEqual";
        var y = c.New(shape, compares ? ElementType.Bool : left.Type);
        c.Add("Binary", [left, right], [y.Value], ("fn", function), ("shape", shape),
            ("aStrides", Shapes.BroadcastStrides(a.Shape, shape)), ("bStrides", Shapes.BroadcastStrides(b.Shape, shape)));
        return y;
    }

    /// <summary>A float constant operand of one element.</summary>
    public static StepOperand Scalar(float value) => StepOperand.Of(OnnxTensor.Scalar(value));

    /// <summary>The operand in another type; itself where it has that type.</summary>
    public static StepOperand Cast(Lowering c, StepOperand x, ElementType type)
    {
        var value = c.Value(x, $"{c.Node.Name}.x");
        if (value.Type == type)
            return x;

        var y = c.New(x.Shape, type);
        c.Add("Cast", [value], [y.Value]);
        return y;
    }

    private static int[] Broadcast(Lowering c, int[] a, int[] b)
    {
        var shape = new int[Math.Max(a.Length, b.Length)];
        for (var i = 1; i <= shape.Length; i++)
        {
            var left = i <= a.Length ? a[^i] : 1;
            var right = i <= b.Length ? b[^i] : 1;
            shape[^i] = left == right || right == 1 ? left : left == 1 ? right
                : throw c.Refuse($"shapes {Shapes.Text(a)} and {Shapes.Text(b)} do not broadcast");
        }

        return shape;
    }
}
