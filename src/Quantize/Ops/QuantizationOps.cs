using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Ops;

/// <summary>
/// The rounding that quantised models write into their graphs. Integers of 8 bits are exact in float32, so a quantised tensor is a float
/// tensor of whole numbers; DequantizeLinear of a constant is folded before it comes here.
/// </summary>
internal static class QuantizationOps
{
    public static void Register(OpTable table)
    {
        table.Add("QuantizeLinear", c => [Quantize(c)], ElementwiseOps.StreamUnary, "element by element");
        table.Add("DequantizeLinear", c => [Dequantize(c)], ElementwiseOps.StreamUnary, "element by element");
    }

    /// <summary>clip(round(x / scale) + zero point), rounded half to even.</summary>
    private static StepOperand Quantize(Lowering c)
    {
        var (low, high) = Range(c);
        var scaled = ElementwiseOps.BinaryOn(c, "Div", c.Operand(0), Parameter(c, 1));
        var rounded = ElementwiseOps.UnaryOn(c, scaled, "Round");
        var shifted = HasZeroPoint(c) ? ElementwiseOps.BinaryOn(c, "Add", rounded, Parameter(c, 2)) : rounded;
        return ElementwiseOps.UnaryOn(c, shifted, "Clip", low, high);
    }

    /// <summary>(x − zero point) · scale.</summary>
    private static StepOperand Dequantize(Lowering c)
    {
        var x = AsFloat(c, c.Operand(0));
        var centred = HasZeroPoint(c) ? ElementwiseOps.BinaryOn(c, "Sub", x, Parameter(c, 2)) : x;
        return ElementwiseOps.BinaryOn(c, "Mul", centred, Parameter(c, 1));
    }

    private static StepOperand AsFloat(Lowering c, StepOperand x)
    {
        var value = c.Value(x, $"{c.Node.Name}.x");
        if (value.Type == ElementType.F32)
        {
            return x;
        }

        var y = c.New(x.Shape);
        c.Add("Cast", [value], [y.Value]);
        return y;
    }

    private static bool HasZeroPoint(Lowering c) => c.Has(2) && c.RequireConstant(2, "zero point").ToInts().Any(zero => zero != 0);

    /// <summary>A scale or zero point: one number, or one for each index of the op's axis.</summary>
    private static StepOperand Parameter(Lowering c, int input)
    {
        var values = c.RequireConstant(input, input == 1 ? "scale" : "zero point").ToFloats();
        if (values.Length == 1)
        {
            return ElementwiseOps.Scalar(values[0]);
        }

        int rank = c.Shape(0).Length, axis = LayoutOps.Axis(c.Node.Int("axis", 1), rank);
        return StepOperand.Of(OnnxTensor.FromFloats(values, [.. Enumerable.Range(0, rank).Select(i => i == axis ? (long)values.Length : 1)]));
    }

    private static (float Low, float High) Range(Lowering c) => (c.Constant(2)?.ElementType ?? OnnxElementType.UInt8) switch
    {
        OnnxElementType.Int8 => (-128, 127),
        OnnxElementType.UInt8 => (0, 255),
        OnnxElementType.Int16 => (-32768, 32767),
        OnnxElementType.UInt16 => (0, 65535),
        OnnxElementType.Int4 => (-8, 7),
        OnnxElementType.UInt4 => (0, 15),
        var other => throw c.Refuse($"quantisation to {other}"),
    };
}
