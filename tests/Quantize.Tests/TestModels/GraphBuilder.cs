using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Onnx.Writing;

namespace EdgeSeq.Quantize.Tests.TestModels;

/// <summary>
/// Builds small ONNX graphs: <c>var g = new GraphBuilder(); var x = g.Input("x", "time", 1, 9);
/// g.Output(g.Node("Relu", [x]));</c> Wires are named after their op and counted; weights are random with a fixed seed.
/// </summary>
internal sealed class GraphBuilder
{
    private readonly OnnxGraph _graph;
    private readonly Random _random;
    private int _count;

    public GraphBuilder(long opset = 17, int seed = 1)
    {
        _graph = new OnnxGraph("test");
        _graph.Opsets[""] = opset;
        _random = new Random(seed);
    }

    private GraphBuilder(GraphBuilder outer, string name)
    {
        _graph = new OnnxGraph(name, outer._graph);
        _random = outer._random;
        _count = 1000 * (outer._count + 1);
    }

    /// <summary>Makes ops of another domain available.</summary>
    public GraphBuilder Domain(string domain, long version)
    {
        _graph.Opsets[domain] = version;
        return this;
    }

    /// <summary>A float32 input; a dimension is a size or a symbol.</summary>
    public string Input(string name, params OnnxDimension[] dims) => Input(name, OnnxElementType.Float32, dims);

    public string Input(string name, OnnxElementType type, params OnnxDimension[] dims)
    {
        _graph.Inputs.Add(new OnnxValue(name, type, dims));
        return name;
    }

    public string Constant(OnnxTensor tensor, string? name = null)
    {
        name ??= $"constant_{_count++}";
        _graph.Initializers.Add(name, tensor);
        return name;
    }

    /// <summary>A vector of integers, as axes, shapes and sizes are given.</summary>
    public string Ints(params long[] values) => Constant(OnnxTensor.Vector(values));

    public string Scalar(float value) => Constant(OnnxTensor.Scalar(value));

    /// <summary>Random float32 values between -scale and scale.</summary>
    public string Weights(long[] dims, float scale = 0.5f) => Constant(Random(_random, dims, scale));

    /// <summary>Adds a node and gives its only output.</summary>
    public string Node(string opType, string[] inputs, params (string Name, OnnxAttribute Value)[] attributes) =>
        Node(opType, inputs, 1, attributes)[0];

    /// <summary>Adds a node and gives its outputs. "domain::Op" is an op of another domain.</summary>
    public string[] Node(string opType, string[] inputs, int outputs, params (string Name, OnnxAttribute Value)[] attributes)
    {
        var parts = opType.Split("::");
        var name = $"{parts[^1]}_{_count++}";
        var node = new OnnxNode(name, parts[^1], parts.Length > 1 ? parts[0] : "")
        {
            Inputs = [.. inputs],
            Outputs = [.. Enumerable.Range(0, outputs).Select(i => outputs == 1 ? $"{name}_out" : $"{name}_out{i}")],
            Attributes = attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value),
        };
        _graph.Nodes.Add(node);
        return [.. node.Outputs];
    }

    /// <summary>A body for If, Loop or Scan, which sees this graph's wires; <paramref name="build"/> gives the body's outputs.</summary>
    public OnnxGraph Subgraph(string name, Func<GraphBuilder, string[]> build)
    {
        _count++;
        var inner = new GraphBuilder(this, name);
        foreach (var output in build(inner))
            inner.Output(output);
        return inner._graph;
    }

    /// <summary>An input of a subgraph, whose type follows from the node that runs it.</summary>
    public string BodyInput(string name) => Input(name, OnnxElementType.Undefined);

    /// <summary>Makes a wire an output, under another name if one is given.</summary>
    public GraphBuilder Output(string wire, string? name = null)
    {
        if (name is not null)
        {
            Rename(wire, name);
            wire = name;
        }

        _graph.Outputs.Add(new OnnxValue(wire, OnnxElementType.Undefined, null));
        return this;
    }

    /// <summary>The graph as it was written, with its own operator set version.</summary>
    public OnnxGraph Build() => _graph;

    public byte[] ToBytes() => OnnxWriter.ToBytes(_graph);

    /// <summary>The graph as the converter sees it: written to a file and read back.</summary>
    public OnnxModel Load()
    {
        using var folder = new TemporaryFolder();
        return OnnxModel.Load(folder.Write("model.onnx", ToBytes()));
    }

    public static OnnxTensor Random(Random random, long[] dims, float scale = 1)
    {
        var values = new float[dims.Aggregate(1L, (product, dim) => product * dim)];
        for (var i = 0; i < values.Length; i++)
            values[i] = scale * (random.NextSingle() * 2 - 1);
        return OnnxTensor.FromFloats(values, dims);
    }

    private void Rename(string wire, string name)
    {
        foreach (var node in _graph.Nodes)
        {
            for (var i = 0; i < node.Outputs.Count; i++)
            {
                if (node.Outputs[i] == wire)
                    node.Outputs[i] = name;
            }
        }

        _graph.RedirectReaders(wire, name);
    }
}
