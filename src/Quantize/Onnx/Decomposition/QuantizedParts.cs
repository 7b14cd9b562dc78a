namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>
/// Ops on quantised tensors, written as DequantizeLinear, the plain op and QuantizeLinear. Stored integers so stay what they are, and
/// their scales are those of the model.
/// </summary>
internal static class QuantizedParts
{
    /// <summary>a, scale, zero, b, scale, zero, y scale, zero. A vector of scales is one a row of a, one a column of b.</summary>
    public static bool MatMul(NodeParts parts)
    {
        string a = Dequantized(parts, 0, axis: -2), b = Dequantized(parts, 3, axis: -1);
        Quantize(parts, parts.Add("MatMul", [a, b]), 6);
        return true;
    }

    /// <summary>x, scale, zero, w, scale, zero, y scale, zero, bias in steps of x scale · w scale.</summary>
    public static bool Conv(NodeParts parts)
    {
        string x = Dequantized(parts, 0, axis: 1), w = Dequantized(parts, 3, axis: 0);
        string[] inputs = parts.Node.Input(8) is { } bias
            ? [x, w, parts.Add("Mul",
            [parts.Cast(bias, OnnxElementType.Float32), parts.Add("Mul", [parts.Node.RequiredInput(1), parts.Node.RequiredInput(4)])])]
            : [x, w];
        Quantize(parts, parts.Add("Conv", inputs, Attributes(parts)), 6);
        return true;
    }

    /// <summary>a, scale, zero, b, scale, zero, c in steps of a scale · b scale, y scale, zero; without the last two y is float.</summary>
    public static bool Gemm(NodeParts parts)
    {
        var transposed = parts.Node.Int("transB", 0) != 0;
        string a = Dequantized(parts, 0, axis: 0), b = Dequantized(parts, 3, axis: transposed ? 0 : 1);
        string[] inputs = parts.Node.Input(6) is { } c
            ? [a, b, parts.Add("Mul",
            [parts.Cast(c, OnnxElementType.Float32), parts.Add("Mul", [parts.Node.RequiredInput(1), parts.Node.RequiredInput(4)])])]
            : [a, b];
        var y = parts.Add("Gemm", inputs, Attributes(parts));
        if (parts.Node.Input(7) is null)
            parts.Output(0, y);
        else
            Quantize(parts, y, 7);

        return true;
    }

    /// <summary>One or two operands with scale and zero point each, then those of y.</summary>
    public static bool Elementwise(NodeParts parts, string opType)
    {
        var operands = opType is "Add" or "Mul" ? 2 : 1;
        string[] inputs = [.. Enumerable.Range(0, operands).Select(i => Dequantized(parts, 3 * i, axis: 1))];
        Quantize(parts, parts.Add(opType, inputs, Attributes(parts)), 3 * operands);
        return true;
    }

    /// <summary>A in float, B, its scale and zero point, bias. The rounding of A is the converter's business.</summary>
    public static bool DynamicMatMul(NodeParts parts)
    {
        var b = Dequantize(parts, parts.Node.RequiredInput(1), parts.Node.RequiredInput(2), parts.Node.Input(3), axis: 1);
        var product = parts.Add("MatMul", [parts.Node.RequiredInput(0), b]);
        parts.Output(0, parts.Node.Input(4) is { } bias ? parts.Add("Add", [product, bias]) : product);
        return true;
    }

    /// <summary>A and B in integers, their scales, their zero points, bias; y is float.</summary>
    public static bool MatMulIntegerToFloat(NodeParts parts)
    {
        parts.Output(0, IntegerProduct(parts, [0, 1, 4, 5], 2, 3, 6));
        return true;
    }

    /// <summary>The product of two tensors of integers, scaled and with the bias added.</summary>
    /// <param name="operands">Inputs of the node that are the operands of MatMulInteger.</param>
    /// <param name="aScale">Input of the node, as are the scale of B and the bias.</param>
    public static string IntegerProduct(NodeParts parts, int[] operands, int aScale, int bScale, int bias)
    {
        var integers = parts.NewWire("integers");
        parts.AddSame("MatMulInteger", operands.Select(input => parts.Node.Input(input) ?? ""), [integers], []);
        var product = parts.Add("Mul", [parts.Cast(integers, OnnxElementType.Float32),
            parts.Add("Mul", [parts.Node.RequiredInput(aScale), parts.Node.RequiredInput(bScale)])]);
        return parts.Node.Input(bias) is { } added ? parts.Add("Add", [product, added]) : product;
    }

    /// <summary>A in float, B [N, blocks, bytes] with several integers a byte, scales and zero points of blocks along K, bias.</summary>
    public static bool MatMulNBits(NodeParts parts)
    {
        const int B = 1, Scales = 2, ZeroPoints = 3, GroupIndex = 4, Bias = 5;
        long bits = parts.Node.Int("bits", 4), k = parts.Node.Int("K"), n = parts.Node.Int("N"), block = parts.Node.Int("block_size");
        var zerosAreIntegers = parts.Node.Input(ZeroPoints) is null || parts.Constant(ZeroPoints)?.ElementType == OnnxElementType.UInt8;
        if (bits is not (2 or 4 or 8) || k < 1 || n < 1 || block < 1 || parts.Node.Input(GroupIndex) is not null || !zerosAreIntegers
            || parts.Constant(B) is not { ElementType: OnnxElementType.UInt8 } packed || parts.Constant(Scales) is not { } scales)
        {
            return false;
        }

        var blocks = (k + block - 1) / block;
        var zeros = parts.Constant(parts.Constant(ZeroPoints) is { } stored
            ? Unpacked(parts.Node, stored, bits, n, blocks, blocks)
            : OnnxTensor.Filled(OnnxElementType.UInt8, [n, blocks], 1 << (int)(bits - 1)));
        var integers = parts.Constant(Unpacked(parts.Node, packed, bits, n, blocks * block, k));
        var weights = parts.Add("DequantizeLinear", [integers, parts.Constant(scales.Reshaped(n, blocks)), zeros], ("axis", 1L),
            ("block_size", block));
        var product = parts.NewWire("product");
        parts.AddSame("MatMul", [parts.Node.RequiredInput(0), parts.Transpose(weights, 1, 0)], [product], []);
        parts.Output(0, parts.Node.Input(Bias) is { } bias ? parts.Add("Add", [product, bias]) : product);
        return true;
    }

    /// <summary>An LSTM whose weights W [directions, input, 4·hidden] and R are stored transposed, with scales and zero points behind its
    /// other inputs.</summary>
    public static bool Lstm(NodeParts parts)
    {
        const int W = 1, R = 2, Peephole = 7, WScale = 8, WZero = 9, RScale = 10, RZero = 11;
        var inputs = parts.Node.Inputs.Take(Peephole + 1).ToList();
        inputs[W] = LstmWeights(parts, W, WScale, WZero);
        inputs[R] = LstmWeights(parts, R, RScale, RZero);
        parts.AddSame("LSTM", inputs, parts.Node.Outputs, parts.Node.Attributes);
        return true;
    }

    /// <summary>The input with the scale and the zero point that follow it.</summary>
    /// <param name="axis">Along which there may be several of them.</param>
    public static string Dequantized(NodeParts parts, int input, int axis) =>
        Dequantize(parts, parts.Node.RequiredInput(input), parts.Node.RequiredInput(input + 1), parts.Node.Input(input + 2), axis);

    /// <summary>Makes a wire the output, in steps of the scale that an input is.</summary>
    public static void Quantize(NodeParts parts, string y, int input) =>
        parts.Output(0, parts.Add("QuantizeLinear", parts.Node.Input(input + 1) is { } zero
            ? [y, Flat(parts, parts.Node.RequiredInput(input)), Flat(parts, zero)]
            : [y, Flat(parts, parts.Node.RequiredInput(input))]));

    /// <summary>Integers of <paramref name="bits"/> bits, the first in the low bits of a byte, as bytes [rows, columns].</summary>
    /// <param name="stored">Integers that a row holds; each row starts with a new byte.</param>
    private static OnnxTensor Unpacked(OnnxNode node, OnnxTensor packed, long bits, long rows, long stored, long columns)
    {
        var rowBytes = (stored * bits + 7) / 8;
        if (packed.Count != rows * rowBytes)
            throw Refusal.Of(node, $"it stores {packed.Count} bytes of integers, not {rows} rows of {rowBytes}");

        var source = packed.Bytes.Span;
        var integers = new byte[rows * columns];
        for (long i = 0; i < integers.Length; i++)
        {
            var bit = (i % columns) * bits;
            integers[i] = (byte)((source[(int)(i / columns * rowBytes + bit / 8)] >> (int)(bit % 8)) & ((1 << (int)bits) - 1));
        }

        return new OnnxTensor(OnnxElementType.UInt8, [rows, columns], integers);
    }

    /// <summary>Scales are one a direction or one a direction and column: both become one for each column, direction by
    /// direction.</summary>
    private static string LstmWeights(NodeParts parts, int weights, int scale, int zero)
    {
        var stored = parts.Constant(weights) ?? throw Refusal.Of(parts.Node, "its weights are computed at run time");
        long directions = stored.Dims[0], rows = stored.Dims[1], columns = stored.Dims[2];
        string[] matrices = [.. Enumerable.Range(0, (int)directions).Select(direction =>
        {
            var matrix = parts.Reshape(parts.Slice(parts.Node.Inputs[weights], 0, direction, direction + 1), rows, columns);
            var own = Expanded(parts, scale, direction, columns)!;
            var dequantized = Dequantize(parts, matrix, own, Expanded(parts, zero, direction, columns), axis: 1);
            return parts.Unsqueeze(parts.Transpose(dequantized, 1, 0), 0);
        })];
        return directions == 1 ? matrices[0] : parts.Add("Concat", matrices, ("axis", 0L));
    }

    private static string? Expanded(NodeParts parts, int input, int direction, long columns)
    {
        if (parts.Constant(input) is not OnnxTensor values)
            return null;

        var perDirection = values.Count / Math.Max(1, values.Rank == 0 ? 1 : values.Dims[0]);
        var all = values.ToDoubles();
        double[] own = [.. Enumerable.Range(0, (int)columns)
            .Select(column => all[perDirection == 1 ? Math.Min(direction, all.Length - 1) : direction * columns + column])];
        return parts.Constant(values.ElementType.IsFloat()
            ? OnnxTensor.FromFloats([.. own.Select(value => (float)value)], columns)
            : OnnxTensor.FromInts([.. own.Select(value => (long)value)], columns).Cast(values.ElementType));
    }

    private static string Dequantize(NodeParts parts, string x, string scale, string? zero, int axis) =>
        parts.Add("DequantizeLinear", zero is null ? [x, Flat(parts, scale)] : [x, Flat(parts, scale), Flat(parts, zero)],
        ("axis", (long)axis));

    /// <summary>Parameters of one element are scalars, whatever shape the model gives them.</summary>
    private static string Flat(NodeParts parts, string parameter) =>
        parts.Graph.Constant(parameter) is { Count: 1, Rank: > 0 } constant ? parts.Constant(constant.Reshaped()) : parameter;

    private static (string Name, OnnxAttribute Value)[] Attributes(NodeParts parts) =>
        [.. parts.Node.Attributes.Select(pair => (pair.Key, pair.Value))];
}
