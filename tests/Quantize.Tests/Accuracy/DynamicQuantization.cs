using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Tests.Accuracy;

/// <summary>
/// A float graph in the form that ONNX Runtime's dynamic quantisation gives it: LSTM becomes DynamicQuantizeLSTM; MatMul and Gemm with a
/// constant matrix become DynamicQuantizeLinear, MatMulInteger and a multiplication by both scales. Weights are symmetric int8. GRU, RNN
/// and Conv stay float.
/// </summary>
internal sealed class DynamicQuantization
{
    private readonly OnnxGraph _graph;
    private readonly bool _perChannel;
    private readonly NameScope _wires;

    private DynamicQuantization(OnnxGraph graph, bool perChannel)
    {
        _graph = graph;
        _perChannel = perChannel;
        _wires = NameScope.OfWires(graph);
    }

    /// <param name="perChannel">One scale for each column of a matrix and each gate of each unit, instead of one a tensor.</param>
    public static OnnxGraph Of(OnnxGraph graph, bool perChannel)
    {
        var quantized = graph.Clone();
        quantized.Opsets["com.microsoft"] = 1;
        new DynamicQuantization(quantized, perChannel).Run();
        return quantized;
    }

    private void Run()
    {
        var nodes = _graph.Nodes.ToArray();
        _graph.Nodes.Clear();
        foreach (var node in nodes)
        {
            switch (node.OpType)
            {
                case "LSTM":
                    AddLstm(node);
                    break;
                case "MatMul" when Matrix(node) is { } matrix:
                    AddProduct(node, Transposed(matrix), node.RequiredOutput(0));
                    break;
                case "Gemm" when Matrix(node) is { } matrix:
                    AddGemm(node, node.Int("transB", 0) != 0 ? matrix : Transposed(matrix));
                    break;
                default:
                    _graph.Nodes.Add(node);
                    break;
            }
        }
    }

    private OnnxTensor? Matrix(OnnxNode node) => _graph.Constant(node.Input(1)) is { Rank: 2 } matrix ? matrix : null;

    private void AddLstm(OnnxNode node)
    {
        var (w, wScale, wZero) = Stored(_graph.Constant(node.RequiredInput(1))!);
        var (r, rScale, rZero) = Stored(_graph.Constant(node.RequiredInput(2))!);
        string[] optional = [.. Enumerable.Range(3, 5).Select(i => node.Input(i) ?? "")];
        _graph.Nodes.Add(new OnnxNode(node.Name, "DynamicQuantizeLSTM", "com.microsoft")
        {
            Inputs = [node.RequiredInput(0), w, r, .. optional, wScale, wZero, rScale, rZero],
            Outputs = node.Outputs,
            Attributes = node.Attributes.Where(attribute => attribute.Key != "layout").ToDictionary(),
        });
    }

    private void AddGemm(OnnxNode node, OnnxTensor rows)
    {
        if (node.Input(2) is not { } bias)
        {
            AddProduct(node, rows, node.RequiredOutput(0));
            return;
        }

        var product = _wires.Unique($"{node.Name}/product");
        AddProduct(node, rows, product);
        Add("Add", [product, bias], [node.RequiredOutput(0)]);
    }

    /// <param name="rows">The matrix, a row for each output feature.</param>
    private void AddProduct(OnnxNode node, OnnxTensor rows, string output)
    {
        var (integers, scales) = Quantized(rows.Reshaped(1, rows.Dims[0], rows.Dims[1]));
        string codes = New("codes"), scale = New("scale"), zero = New("zero"), sums = New("sums"), floats = New("floats"),
            factor = New("factor");
        Add("DynamicQuantizeLinear", [node.RequiredInput(0)], [codes, scale, zero]);
        Add("MatMulInteger", [codes, Constant(integers.Reshaped(rows.Dims[1], rows.Dims[0])), zero], [sums]);
        Add("Cast", [sums], [floats], ("to", (long)OnnxElementType.Float32));
        Add("Mul", [scale, Constant(scales.Reshaped(scales.Count))], [factor]);
        Add("Mul", [floats, factor], [output]);

        string New(string what) => _wires.Unique($"{node.Name}/{what}");
    }

    private (string Integers, string Scale, string Zero) Stored(OnnxTensor weights)
    {
        var (integers, scales) = Quantized(weights);
        return (Constant(integers), Constant(scales), Constant(OnnxTensor.Filled(OnnxElementType.Int8, scales.Dims, 0)));
    }

    /// <param name="weights">[directions, rows, columns].</param>
    /// <returns>int8 [directions, columns, rows]; scales [directions] or [directions, rows].</returns>
    private (OnnxTensor Integers, OnnxTensor Scales) Quantized(OnnxTensor weights)
    {
        const float MaxCode = 127;
        int directions = (int)weights.Dims[0], rows = (int)weights.Dims[1], columns = (int)weights.Dims[2];
        var values = weights.ToFloats();
        float[] scales = [.. values.Chunk(_perChannel ? columns : rows * columns).Select(group => group.Max(MathF.Abs) / MaxCode)];
        var codes = new byte[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            int direction = i / (rows * columns), row = i / columns % rows, column = i % columns;
            var scale = scales[_perChannel ? i / columns : direction];
            codes[(direction * columns + column) * rows + row] = (byte)(sbyte)MathF.Round(values[i] / scale);
        }

        return (new OnnxTensor(OnnxElementType.Int8, [directions, columns, rows], codes), OnnxTensor.FromFloats(scales, _perChannel
            ? [directions, rows] : [directions]));
    }

    private static OnnxTensor Transposed(OnnxTensor matrix)
    {
        int rows = (int)matrix.Dims[0], columns = (int)matrix.Dims[1];
        var values = matrix.ToFloats();
        return OnnxTensor.FromFloats([.. Enumerable.Range(0, values.Length).Select(i => values[i % rows * columns + i / rows])], columns,
            rows);
    }

    private string Constant(OnnxTensor tensor)
    {
        var wire = _wires.Unique("quantized");
        _graph.Initializers[wire] = tensor;
        return wire;
    }

    private void Add(string opType, string[] inputs, string[] outputs, params (string Name, OnnxAttribute Value)[] attributes) =>
        _graph.Nodes.Add(new OnnxNode($"{outputs[0]}/{opType}", opType)
        {
            Inputs = [.. inputs],
            Outputs = [.. outputs],
            Attributes = attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value),
        });
}
