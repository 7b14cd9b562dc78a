using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Streaming;

namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>
/// Writes the graph of <see cref="WindowReuse"/>. A wire that repeats is there as its last columns, as many as are taken of it: those just
/// computed behind those that a state has kept.
/// </summary>
internal sealed class ReuseBuilder(Analysis analysis, IReadOnlyDictionary<string, WindowColumns> columns,
    IReadOnlyDictionary<string, int> taken)
{
    private readonly OnnxGraph _graph = Bare(analysis.Graph);
    private readonly NameScope _wires = NameScope.OfWires(analysis.Graph);
    private readonly NameScope _nodes = NameScope.OfNodes(analysis.Graph);
    private readonly List<StatePair> _states = [];
    private readonly Dictionary<string, int> _recent = [];
    private readonly Dictionary<string, (int New, int All)> _computed = [];

    /// <summary>The wire that holds the last columns of a wire of the whole graph, and how many they are.</summary>
    private readonly Dictionary<string, (string Wire, int Count)> _last = [];

    /// <summary>An input that is a window: the ring in front of it gives as many of its last elements as are taken.</summary>
    public void AddWindow(string name)
    {
        var at = _graph.Inputs.FindIndex(input => input.Name == name);
        var count = taken.GetValueOrDefault(name, columns[name].Computed);
        _recent[name] = count;
        _graph.Inputs[at] = Sized(_graph.Inputs[at], columns[name].Axis, count);
        _last[name] = (name, count);
    }

    /// <summary>A node on its new columns.</summary>
    public void AddKept(OnnxNode node, KeptNode kept)
    {
        var copy = (kept.Rewritten ?? node).Clone(null);
        for (var i = 0; i < copy.Inputs.Count; i++)
        {
            if (columns.TryGetValue(copy.Inputs[i], out var x))
                copy.Inputs[i] = Part(copy.Inputs[i], x.Axis, kept.Reads, kept.Behind);
        }

        if (kept.Shape is { } shape)
        {
            var size = _wires.Unique($"{node.Outputs[0]}.shape");
            _graph.Initializers[size] = OnnxTensor.Vector(shape);
            copy = new OnnxNode(node.Name, "Reshape") { Inputs = [copy.Inputs[0], size], Outputs = [.. node.Outputs] };
        }

        _graph.Nodes.Add(copy);
        _computed[node.Name] = (kept.Result.Computed, kept.Result.Length);
        for (var i = 0; i < copy.Outputs.Count; i++)
        {
            if (columns.ContainsKey(copy.Outputs[i]))
                copy.Outputs[i] = Keep(copy.Outputs[i], kept.Result);
        }
    }

    /// <summary>A node that takes whole windows.</summary>
    public void AddWhole(OnnxNode node) => _graph.Nodes.Add(node.Clone(_graph));

    public ReusedWindow Finish() => new(_graph, _states, _recent, _computed);

    /// <summary>Lets a state keep what later windows take of the node's result.</summary>
    /// <returns>The wire of the new columns.</returns>
    private string Keep(string output, WindowColumns result)
    {
        int count = taken.GetValueOrDefault(output, result.Computed), kept = count - result.Computed;
        if (kept == 0)
        {
            _last[output] = (output, count);
            return output;
        }

        var fresh = _wires.Unique($"{output}.new");
        var before = _wires.Unique($"{output}.kept");
        var whole = count == result.Length ? output : _wires.Unique($"{output}.last");
        var example = analysis.Value(output);
        var state = Sized(new OnnxValue(before, example.ElementType, [.. example.Dims.Select(dim => (OnnxDimension)dim)]), result.Axis,
            kept);
        _graph.Inputs.Add(state);
        Add("Concat", [before, fresh], whole, ("axis", (long)result.Axis));
        _last[output] = (whole, count);
        var next = Part(output, result.Axis, kept, 0);
        _graph.Outputs.Add(state with { Name = next });
        _states.Add(new StatePair(before, next) { Evidence = "columns of the window before" });
        return fresh;
    }

    /// <summary>Some of the last columns of a wire.</summary>
    private string Part(string wire, int axis, int count, int behind)
    {
        var (last, held) = _last[wire];
        if (count == held)
            return last;

        var part = _wires.Unique($"{wire}.part");
        var bounds = new[] { held - behind - count, held - behind, axis }.Select((value, i) =>
        {
            var name = _wires.Unique($"{part}.{(i == 0 ? "from" : i == 1 ? "to" : "axis")}");
            _graph.Initializers[name] = OnnxTensor.Vector(value);
            return name;
        });
        Add("Slice", [last, .. bounds], part);
        return part;
    }

    private void Add(string op, string[] inputs, string output, params (string Name, OnnxAttribute Value)[] attributes) =>
        _graph.Nodes.Add(new OnnxNode(_nodes.Unique(output), op)
        {
            Inputs = [.. inputs],
            Outputs = [output],
            Attributes = attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value),
        });

    private static OnnxValue Sized(OnnxValue value, int axis, int size) =>
        value with { Dims = [.. value.Dims!.Select((dim, i) => i == axis ? size : dim)] };

    private static OnnxGraph Bare(OnnxGraph graph)
    {
        var bare = graph.Clone();
        bare.Nodes.Clear();
        return bare;
    }
}
