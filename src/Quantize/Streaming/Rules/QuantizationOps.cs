using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// The rounding that quantised models write into their graphs. Integers of 8 bits are exact in float32, so a quantised tensor is a float
/// tensor of whole numbers. DequantizeLinear of a constant is a constant itself and never lowered.
/// </summary>
internal static class QuantizationOps
{
    public static void Register(OpTable table)
    {
        table.Add("QuantizeLinear", c => [Quantize(c)], ElementwiseOps.StreamUnary, "element by element");
        table.Add("DequantizeLinear", c => [Dequantize(c)], ElementwiseOps.StreamUnary, "element by element");
        table.Add("DynamicQuantizeLinear", DynamicQuantize, c => throw c.NotCausal("its scale is that of the largest value over all time"),
            "in front of a product with stored int8 weights, where the step program quantises by itself");
        table.Add("MatMulInteger", c => [MatrixOps.Product(c, Centred(c, 0, 2, rows: true), Centred(c, 1, 3, rows: false))],
            MatrixOps.StreamMatMul, "as MatMul");
        table.Add("ConvInteger", ConvInteger, c => c.FirstStream.Axis == 0 ? c.Track(0) : throw c.Refuse(
            "integers of a sequence that are not its own quantisation"), "as Conv, where its input is quantised by the graph");
    }

    /// <summary>Rounding of attention scores or of their softmax, to codes and back, which attention leaves out: they are not
    /// kept.</summary>
    public static bool IsRounding(NodeContext c)
    {
        if (c.Node.OpType == "DequantizeLinear")
            return true;

        var graph = c.Analysis.Graph;
        return c.Node.OpType == "QuantizeLinear" && graph.Outputs.All(output => output.Name != c.Node.Outputs[0])
            && graph.Nodes.Where(node => OnnxGraph.ReadBy(node).Contains(c.Node.Outputs[0])).All(IsBack);

        bool IsBack(OnnxNode node) => node.Is("DequantizeLinear") && node.Inputs[0] == c.Node.Outputs[0]
            && Same(node.Inputs[1], c.Node.Inputs[1]) && (node.Input(2) is { } zero ? c.Node.Input(2) is { } own && Same(zero, own)
            : c.Node.Input(2) is null);

        bool Same(string a, string b) => a == b
            || (graph.Constant(a) is { } first && graph.Constant(b) is { } second && first.SameAs(second));
    }

    /// <summary>Integers of 8 bits from 0 to 255, by the range of the whole tensor.</summary>
    private static StepOperand?[] DynamicQuantize(Lowering c)
    {
        var x = c.Operand(0);
        int[] axes = [.. Enumerable.Range(0, x.Shape.Length)];
        var high = StepArithmetic.Binary(c, "Max", Extreme("Max"), StepArithmetic.Scalar(0));
        var low = StepArithmetic.Binary(c, "Min", Extreme("Min"), StepArithmetic.Scalar(0));
        var scale = StepArithmetic.Binary(c, "Div", StepArithmetic.Binary(c, "Sub", high, low), StepArithmetic.Scalar(255));
        var zero = Rounded(c, StepArithmetic.Unary(c, StepArithmetic.Binary(c, "Div", low, scale), "Neg"));
        var shifted = StepArithmetic.Binary(c, "Add", StepArithmetic.Unary(c, StepArithmetic.Binary(c, "Div", x, scale), "Round"), zero);
        return [StepArithmetic.Unary(c, shifted, "Clip", 0, 255), scale, zero];

        StepOperand Extreme(string function) => ReduceOps.ReduceAxes(c, x, axes, function).Reshaped([]);
    }

    private static StepOperand Rounded(Lowering c, StepOperand x) =>
        StepArithmetic.Unary(c, StepArithmetic.Unary(c, x, "Round"), "Clip", 0, 255);

    /// <summary>x less its zero point, which is one number, or one a row of the first factor, or one a column of the second.</summary>
    private static StepOperand Centred(Lowering c, int input, int zero, bool rows)
    {
        var x = AsFloat(c, c.Operand(input));
        if (!c.Has(zero))
            return x;

        var point = AsFloat(c, c.Operand(zero));
        var column = rows && point.Shape.Length == 1 && point.Length > 1;
        return StepArithmetic.Binary(c, "Sub", x, column ? point.Reshaped([point.Length, 1]) : point);
    }

    private static StepOperand?[] ConvInteger(Lowering c)
    {
        var weights = c.RequireConstant(1, "weights");
        var zero = c.Has(3) ? c.RequireConstant(3, "zero point").ToFloats()[0] : 0;
        var centred = OnnxTensor.FromFloats([.. weights.ToFloats().Select(weight => weight - zero)], [.. weights.Dims]);
        return [Convolutions.ConvOf(c, Centred(c, 0, 2, rows: false), centred, null)];
    }

    /// <summary>clip(round(x / scale) + zero point), rounded half to even.</summary>
    private static StepOperand Quantize(Lowering c)
    {
        var (low, high) = Range(c);
        var scaled = StepArithmetic.Binary(c, "Div", c.Operand(0), Parameter(c, 1));
        var rounded = StepArithmetic.Unary(c, scaled, "Round");
        var shifted = HasZeroPoint(c) ? StepArithmetic.Binary(c, "Add", rounded, Parameter(c, 2)) : rounded;
        return StepArithmetic.Unary(c, shifted, "Clip", low, high);
    }

    /// <summary>(x − zero point) · scale.</summary>
    private static StepOperand Dequantize(Lowering c)
    {
        var x = AsFloat(c, c.Operand(0));
        var centred = HasZeroPoint(c) ? StepArithmetic.Binary(c, "Sub", x, Parameter(c, 2)) : x;
        var y = StepArithmetic.Binary(c, "Mul", centred, Parameter(c, 1));
        y.Value!.Grid = Grid(c);
        return y;
    }

    /// <summary>The levels of the result; null where they are not the same for all elements, or the zero point does not tell the
    /// type.</summary>
    private static ActivationGrid? Grid(Lowering c)
    {
        var scales = c.RequireConstant(1, "scale").ToFloats();
        if (c.Constant(2)?.ToInts() is not [long zero] || scales.Length != 1 || !(scales[0] > 0))
            return null;

        var (low, high) = Range(c);
        return new ActivationGrid(scales[0], (int)(low - zero), (int)(high - zero));
    }

    private static StepOperand AsFloat(Lowering c, StepOperand x) => StepArithmetic.Cast(c, x, ElementType.F32);

    private static bool HasZeroPoint(Lowering c) => c.Has(2) && c.RequireConstant(2, "zero point").ToInts().Any(zero => zero != 0);

    /// <summary>A scale or zero point: one number, or one for each index of the op's axis.</summary>
    private static StepOperand Parameter(Lowering c, int input)
    {
        var values = c.RequireConstant(input, input == 1 ? "scale" : "zero point").ToFloats();
        if (values.Length == 1)
            return StepArithmetic.Scalar(values[0]);

        int rank = c.Shape(0).Length, axis = Shapes.Axis(c.Node.Int("axis", 1), rank);
        return StepOperand.Of(OnnxTensor.FromFloats(values,
            [.. Enumerable.Range(0, rank).Select(i => i == axis ? (long)values.Length : 1)]));
    }

    private static (float Low, float High) Range(Lowering c) =>
        (c.Constant(2)?.ElementType ?? (OnnxElementType)c.Node.Int("output_dtype", (long)OnnxElementType.UInt8)) switch
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
