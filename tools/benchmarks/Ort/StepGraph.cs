using EdgeSeq.Benchmarks.Kernels;
using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Benchmarks.Ort;

/// <summary>Builds an ONNX graph of one step from float32 wires.</summary>
internal sealed class StepGraph
{
    private const long StandardOpset = 17;

    public StepGraph(string name)
    {
        Graph = new OnnxGraph(name);
        Graph.Opsets[""] = StandardOpset;
        Graph.Opsets["com.microsoft"] = 1;
    }

    public OnnxGraph Graph { get; }

    public string Input(string name, params long[] dims)
    {
        Graph.Inputs.Add(Wire(name, dims));
        return name;
    }

    public void Output(string name, params long[] dims) => Graph.Outputs.Add(Wire(name, dims));

    public string Constant(string name, OnnxTensor tensor)
    {
        Graph.Initializers[name] = tensor;
        return name;
    }

    /// <summary>A node with one output, whose wire has the node's name.</summary>
    public string Add(string name, string opType, params string[] inputs) => Node(name, opType, "", inputs, name).Name;

    public OnnxNode Node(string name, string opType, string domain, string[] inputs, params string[] outputs)
    {
        var node = new OnnxNode(name, opType, domain) { Inputs = [.. inputs], Outputs = [.. outputs] };
        Graph.Nodes.Add(node);
        return node;
    }

    /// <summary>x [..., columns] times a constant matrix with <paramref name="rows"/> results, in float32 or in int8.</summary>
    public string Linear(string name, string x, int rows, int columns, bool int8) =>
        int8 ? QuantizedLinear(name, x, rows, columns)
            : Add(name, "MatMul", x, Constant(name + ".w", OnnxTensor.FromFloats(Data.Floats(rows * columns), columns, rows)));

    /// <summary>Seeded values of the whole range.</summary>
    public static OnnxTensor Int8Weights(params long[] dims)
    {
        var bytes = new byte[dims.Aggregate((a, b) => a * b)];
        new Random(1).NextBytes(bytes);
        return new OnnxTensor(OnnxElementType.Int8, dims, bytes);
    }

    /// <summary>int8 weights with one scale a result, activations quantised at each step: the nodes that ONNX Runtime joins into one
    /// DynamicQuantizeMatMul.</summary>
    private string QuantizedLinear(string name, string x, int rows, int columns)
    {
        var (quantized, scale, zero) = (name + ".x", name + ".x_scale", name + ".x_zero");
        Node(name + ".quantize", "DynamicQuantizeLinear", "", [x], quantized, scale, zero);
        var weights = Constant(name + ".w", Int8Weights(columns, rows));
        var weightZero = Constant(name + ".w_zero", OnnxTensor.Filled(OnnxElementType.Int8, [rows], 0));
        var weightScale = Constant(name + ".w_scale", OnnxTensor.Filled(OnnxElementType.Float32, [rows], 0.001));
        var sums = Add(name + ".sums", "MatMulInteger", quantized, weights, zero, weightZero);
        var real = Add(name + ".real", "Cast", sums);
        Graph.Nodes[^1].Attributes["to"] = (long)OnnxElementType.Float32;
        return Add(name, "Mul", real, Add(name + ".scale", "Mul", scale, weightScale));
    }

    private static OnnxValue Wire(string name, long[] dims) =>
        new(name, OnnxElementType.Float32, [.. dims.Select(dim => (OnnxDimension)dim)]);
}
