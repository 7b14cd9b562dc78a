using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Benchmarks.Models;

/// <summary>A model as ONNX Runtime's dynamic quantisation makes it: constant matrices of MatMul and Gemm and the weights of LSTM in int8
/// with a scale a column, activations quantised at each call.</summary>
internal static class DynamicInt8
{
    private const string Microsoft = "com.microsoft";

    /// <returns>Null where there is nothing to quantise.</returns>
    public static OnnxGraph? Of(OnnxGraph graph)
    {
        var result = graph.Clone();
        var nodes = result.Nodes.ToList();
        result.Nodes.Clear();
        foreach (var node in nodes)
        {
            if (!TryMatrix(result, node) && !TryLstm(result, node))
                result.Nodes.Add(node);
        }

        result.Opsets[Microsoft] = 1;
        return result.Nodes.Count == nodes.Count && result.Nodes.All(node => node.OpType != "DynamicQuantizeLSTM") ? null : result;
    }

    private static bool TryMatrix(OnnxGraph graph, OnnxNode node)
    {
        if ((!node.Is("MatMul") && !node.Is("Gemm")) || graph.Constant(node.Input(1)) is not { Rank: 2 } weights)
            return false;
        if (node.Is("Gemm") && (node.Float("alpha", 1) != 1 || node.Float("beta", 1) != 1 || node.Int("transA", 0) != 0))
            return false;
        if (node.Is("Gemm") && node.Int("transB", 0) != 0)
            weights = Transposed(weights);
        var y = node.RequiredOutput(0);
        var bias = node.Is("Gemm") ? node.Input(2) : null;
        var name = $"{y}.int8";
        var (codes, scale) = Quantized(weights, 1, (int)weights.Dims[0], (int)weights.Dims[1]);
        graph.Initializers[$"{name}.w"] = codes.Reshaped([.. weights.Dims]);
        graph.Initializers[$"{name}.w_scale"] = scale.Reshaped(weights.Dims[1]);
        graph.Initializers[$"{name}.w_zero"] = OnnxTensor.Filled(OnnxElementType.Int8, [weights.Dims[1]], 0);
        Add("DynamicQuantizeLinear", [node.RequiredInput(0)], $"{name}.x", $"{name}.x_scale", $"{name}.x_zero");
        Add("MatMulInteger", [$"{name}.x", $"{name}.w", $"{name}.x_zero", $"{name}.w_zero"], $"{name}.sums");
        Add("Cast", [$"{name}.sums"], $"{name}.real").Attributes["to"] = (long)OnnxElementType.Float32;
        Add("Mul", [$"{name}.x_scale", $"{name}.w_scale"], $"{name}.scale");
        Add("Mul", [$"{name}.real", $"{name}.scale"], bias is null ? y : $"{name}.y");
        if (bias is not null)
            Add("Add", [$"{name}.y", bias], y);
        return true;

        OnnxNode Add(string op, string[] inputs, params string[] outputs)
        {
            var added = new OnnxNode($"{name}.{op}.{outputs[0]}", op) { Inputs = [.. inputs], Outputs = [.. outputs] };
            graph.Nodes.Add(added);
            return added;
        }
    }

    private static bool TryLstm(OnnxGraph graph, OnnxNode node)
    {
        if (!node.Is("LSTM") || node.Int("layout", 0) != 0 || graph.Constant(node.Input(1)) is not { } w
            || graph.Constant(node.Input(2)) is not { } r)
        {
            return false;
        }

        var name = $"{node.Name}.int8";
        var inputs = Enumerable.Range(0, 8).Select(i => node.Input(i) ?? "").ToArray();
        var scales = new List<string>();
        foreach (var (at, weights) in ((int, OnnxTensor)[])[(1, w), (2, r)])
        {
            var (directions, rows, columns) = ((int)weights.Dims[0], (int)weights.Dims[1], (int)weights.Dims[2]);
            var (codes, scale) = Quantized(Transposed(weights), directions, columns, rows);
            inputs[at] = $"{name}.{at}";
            graph.Initializers[inputs[at]] = codes;
            graph.Initializers[$"{name}.{at}.scale"] = scale;
            graph.Initializers[$"{name}.{at}.zero"] = OnnxTensor.Filled(OnnxElementType.Int8, [directions, rows], 0);
            scales.AddRange([$"{name}.{at}.scale", $"{name}.{at}.zero"]);
        }

        var quantized = new OnnxNode(node.Name, "DynamicQuantizeLSTM", Microsoft)
        {
            Inputs = [.. inputs, .. scales],
            Outputs = [.. node.Outputs],
        };
        foreach (var (attribute, value) in node.Attributes.Where(attribute => attribute.Key != "layout"))
            quantized.Attributes[attribute] = value;
        graph.Nodes.Add(quantized);
        return true;
    }

    /// <param name="weights">[matrices, rows, columns].</param>
    /// <returns>Codes of the same shape, and scales [matrices, columns].</returns>
    private static (OnnxTensor Codes, OnnxTensor Scale) Quantized(OnnxTensor weights, int matrices, int rows, int columns)
    {
        var values = weights.ToFloats();
        var codes = new byte[values.Length];
        var scales = new float[matrices * columns];
        for (var column = 0; column < scales.Length; column++)
        {
            var start = column / columns * rows * columns + column % columns;
            var largest = Enumerable.Range(0, rows).Max(row => MathF.Abs(values[start + row * columns]));
            scales[column] = largest == 0 ? 1 : largest / 127;
            for (var row = 0; row < rows; row++)
                codes[start + row * columns] = (byte)(sbyte)MathF.Round(values[start + row * columns] / scales[column]);
        }

        return (new OnnxTensor(OnnxElementType.Int8, [matrices, rows, columns], codes), OnnxTensor.FromFloats(scales, matrices, columns));
    }

    /// <summary>The last two axes in the other order.</summary>
    private static OnnxTensor Transposed(OnnxTensor weights)
    {
        var (rows, columns) = ((int)weights.Dims[^2], (int)weights.Dims[^1]);
        var values = weights.ToFloats();
        var turned = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
            turned[i / (rows * columns) * rows * columns + i % columns * rows + i / columns % rows] = values[i];
        return OnnxTensor.FromFloats(turned, [.. weights.Dims.Take(weights.Rank - 2), columns, rows]);
    }
}
