using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Opsets;

namespace EdgeSeq.Quantize.FrontEnds;

/// <summary>An ONNX graph under construction: nodes are named after what they do, in the order in which they run.</summary>
internal sealed class GraphScope
{
    /// <summary>Every node of a front end is named after it, and so stays float.</summary>
    public const string Prefix = "front_end/";

    private readonly Dictionary<string, int> _names = [];

    public GraphScope(string name)
    {
        Graph = new OnnxGraph(name);
        Graph.Opsets[""] = OpsetNormalizer.CanonicalVersion;
    }

    private GraphScope(OnnxGraph body, Dictionary<string, int> names) => (Graph, _names) = (body, names);

    public OnnxGraph Graph { get; }

    /// <summary>What the user should know about the difference from the library's whole-recording form.</summary>
    public List<string> Notes { get; } = [];

    public string Input(string name, params OnnxDimension[] dims)
    {
        Graph.Inputs.Add(new OnnxValue(name, OnnxElementType.Float32, dims));
        return name;
    }

    public void Output(string wire, OnnxElementType type, params OnnxDimension[] dims) =>
        Graph.Outputs.Add(new OnnxValue(wire, type, dims));

    /// <summary>The body of a Scan, whose nodes this one's names distinguish.</summary>
    public GraphScope Body(string name) => new(new OnnxGraph(name, Graph), _names);

    public string Constant(OnnxTensor tensor, string name)
    {
        var wire = Unique(name);
        Graph.Initializers[wire] = tensor;
        return wire;
    }

    /// <summary>A number that broadcasts.</summary>
    public string Number(double value) => Constant(OnnxTensor.Scalar((float)value), "number");

    public string Whole(long value) => Constant(OnnxTensor.Scalar(value), "whole");

    public string Vector(params long[] values) => Constant(OnnxTensor.Vector(values), "vector");

    public string Floats(double[] values, string name, params long[] dims) =>
        Constant(OnnxTensor.FromFloats([.. values.Select(value => (float)value)], dims), name);

    /// <summary>One node with one output.</summary>
    public string Add(string op, string[] inputs, params (string Name, OnnxAttribute Value)[] attributes) =>
        Add(op, inputs, 1, attributes)[0];

    public string[] Add(string op, string[] inputs, int outputs, params (string Name, OnnxAttribute Value)[] attributes)
    {
        var name = Unique(op);
        var node = new OnnxNode(name, op)
        {
            Inputs = [.. inputs],
            Outputs = [.. Enumerable.Range(0, outputs).Select(k => outputs == 1 ? $"{name}.y" : $"{name}.y{k}")],
            Attributes = attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value),
        };
        Graph.Nodes.Add(node);
        return [.. node.Outputs];
    }

    public string Plus(string a, string b) => Add("Add", [a, b]);

    public string Minus(string a, string b) => Add("Sub", [a, b]);

    public string Times(string a, string b) => Add("Mul", [a, b]);

    public string Over(string a, string b) => Add("Div", [a, b]);

    public string Times(string a, double factor) => factor == 1 ? a : Times(a, Number(factor));

    public string Plus(string a, double term) => term == 0 ? a : Plus(a, Number(term));

    /// <summary>Elements [start, end) along an axis.</summary>
    public string Slice(string x, int axis, long start, long end) =>
        Add("Slice", [x, Vector(start), Vector(end), Vector(axis)]);

    public string Concat(int axis, params string[] parts) => Add("Concat", parts, ("axis", (long)axis));

    public string Reduce(string op, string x, int axis, bool keep) => Add(op, [x, Vector(axis)], ("keepdims", keep ? 1L : 0L));

    public string Transpose(string x, params long[] order) => Add("Transpose", [x], ("perm", order));

    /// <summary>0 keeps a dimension, -1 is what is left.</summary>
    public string Reshape(string x, params long[] shape) => Add("Reshape", [x, Vector(shape)]);

    private string Unique(string name)
    {
        var count = _names.GetValueOrDefault(name);
        _names[name] = count + 1;
        return count == 0 ? Prefix + name : $"{Prefix}{name}_{count}";
    }
}
