using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;

namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>
/// Writes the graph of <see cref="WindowReuse"/>. A wire that repeats is there in pieces: the columns that each window computes, and
/// behind those that a state has kept the new ones among them. What takes it puts the pieces together.
/// </summary>
internal sealed class ReuseBuilder(Analysis analysis, IReadOnlyDictionary<string, WindowColumns> columns,
    IReadOnlyDictionary<string, TakenColumns> taken)
{
    private readonly OnnxGraph _graph = Bare(analysis.Graph);
    private readonly NameScope _wires = NameScope.OfWires(analysis.Graph);
    private readonly NameScope _nodes = NameScope.OfNodes(analysis.Graph);
    private readonly List<StatePair> _states = [];
    private readonly Dictionary<string, int> _recent = [];
    private readonly Dictionary<string, string> _remarks = [];
    private readonly Dictionary<string, KeptSteps> _steps = [];
    private readonly Dictionary<string, ColumnPieces> _pieces = [];
    private readonly Dictionary<(string Wire, string Parts), string> _joined = [];

    /// <summary>An input that is a window: the ring in front of it gives as many of its last elements as are taken.</summary>
    public void AddWindow(string name)
    {
        var at = _graph.Inputs.FindIndex(input => input.Name == name);
        var x = columns[name];
        var count = taken.GetValueOrDefault(name).Held(x);
        _recent[name] = count;
        _graph.Inputs[at] = Sized(_graph.Inputs[at], x.Axis, count);
        _pieces[name] = new ColumnPieces(x, false, null, name, count);
    }

    /// <summary>A node on the columns that each window computes.</summary>
    /// <param name="begin">Those at the window's begin among them.</param>
    public void AddKept(OnnxNode node, KeptNode kept, bool begin)
    {
        var copy = kept.Rewritten?.Invoke(begin) ?? node.Clone(null);
        for (var i = 0; i < copy.Inputs.Count; i++)
        {
            if (columns.TryGetValue(copy.Inputs[i], out var x))
            {
                var end = x.Length - kept.End.Skipped;
                copy.Inputs[i] = Taken(copy.Inputs[i],
                    [.. begin ? [(kept.Begin.Skipped, kept.Begin.Reach)] : Array.Empty<(int, int)>(), (end - kept.End.Count, end)]);
            }
        }

        var computed = (begin ? kept.Result.Head : 0) + kept.Result.End;
        _graph.Nodes.Add(kept.Shape is { } shape
            ? Reshaped(node, copy, kept.Ends ? shape : Shapes.With(shape, kept.Result.Axis, computed)) : copy);
        copy = _graph.Nodes[^1];
        if (kept.Ends)
            return;

        if (computed < kept.Result.Length)
            _remarks[node.Name] = $"{computed} of {kept.Result.Length} columns are new in each window";
        for (var i = 0; i < copy.Outputs.Count; i++)
        {
            if (copy.Outputs[i].Length > 0)
                copy.Outputs[i] = Given(copy.Outputs[i], kept, begin);
        }
    }

    /// <summary>A recurrent layer: it begins anew with each window, but what its input's products were they are again.</summary>
    public void AddRecurrent(OnnxNode node, WindowColumns steps)
    {
        var x = _pieces[node.Inputs[0]];
        var computed = x.Computed ?? Taken(node.Inputs[0], [(steps.Length - steps.End, steps.Length)]);
        _steps[node.Name] = new KeptSteps(steps.Length, computed, x.Head, steps.Fresh, steps.Tail, steps.Period);
        AddWhole(node, $"of its input's products {x.Head + steps.End} of {steps.Length} columns are new in each window; "
            + "its states start with it");
    }

    /// <summary>A node that takes whole windows.</summary>
    public void AddWhole(OnnxNode node, string? remark)
    {
        foreach (var wire in OnnxGraph.ReadBy(node).Where(_pieces.ContainsKey))
            Whole(wire);

        _graph.Nodes.Add(node.Clone(_graph));
        if (remark is not null)
            _remarks[node.Name] = remark;
    }

    public ReusedWindow Finish()
    {
        foreach (var output in analysis.Graph.Outputs.Where(output => _pieces.ContainsKey(output.Name)))
            Whole(output.Name);

        return new(_graph, _states, _recent, _steps, _remarks);
    }

    private OnnxNode Reshaped(OnnxNode node, OnnxNode copy, int[] shape)
    {
        var size = _wires.Unique($"{node.Outputs[0]}.shape");
        _graph.Initializers[size] = OnnxTensor.Vector([.. shape.Select(dim => (long)dim)]);
        return new OnnxNode(node.Name, "Reshape") { Inputs = [copy.Inputs[0], size], Outputs = [.. node.Outputs] };
    }

    /// <summary>Knows the columns that a node gives, and lets a state keep what later windows take of them.</summary>
    /// <returns>The wire that the node writes.</returns>
    private string Given(string output, KeptNode kept, bool begin)
    {
        var y = kept.Result;
        int head = begin ? y.Head : 0, waste = begin ? kept.Between : kept.Before;
        if (!columns.ContainsKey(output))
            return output;

        var written = _wires.Unique($"{output}.new");
        var computed = waste == 0 ? written : Cut(written, y.Axis, head, head + waste, head + waste + y.End);
        _pieces[output] = new ColumnPieces(y, begin, computed, null, 0);
        Keep(output);
        return written;
    }

    /// <summary>A wire without the columns in between.</summary>
    private string Cut(string wire, int axis, int head, int from, int to)
    {
        var end = Sliced(wire, axis, from, to);
        return head == 0 ? end : Joined([Sliced(wire, axis, 0, head), end], axis, null);
    }

    private void Keep(string output)
    {
        var pieces = _pieces[output];
        var y = pieces.Columns;
        int fresh = y.End - y.Tail, held = taken.GetValueOrDefault(output).Held(y), kept = held - fresh;
        if (kept == 0)
            return;

        var state = _wires.Unique($"{output}.kept");
        var example = analysis.Type(output);
        var value = Sized(example with { Name = state }, y.Axis,
            kept * y.Period);
        _graph.Inputs.Add(value);
        var before = y.Period == 1 ? state : Sliced(state, y.Axis, 0, kept);
        var last = Joined([before, Sliced(pieces.Computed!, y.Axis, pieces.Head, pieces.Head + fresh, pieces.Head + y.End)], y.Axis,
            $"{output}.last");
        var next = Sliced(last, y.Axis, fresh, held);
        if (y.Period > 1)
            next = Joined([Sliced(state, y.Axis, kept, kept * y.Period), next], y.Axis, null);

        _graph.Outputs.Add(value with { Name = next });
        _states.Add(new StatePair(state, next)
        {
            Evidence = "columns of the window before",
            Ring = example.ElementType == OnnxElementType.Float32 ? new ColumnRing(y.Axis, held, fresh, y.Period) : null,
        });
        _pieces[output] = pieces with { Last = last, Held = held };
    }

    /// <summary>All columns of a wire, under its own name.</summary>
    private void Whole(string wire)
    {
        var pieces = _pieces[wire];
        if (pieces.Last == wire || !_joined.TryAdd((wire, "whole"), wire))
            return;

        var parts = pieces.Parts(0, pieces.Columns.Length).Select(part => Piece(part, pieces.Columns.Axis)).ToArray();
        Add(parts.Length > 1 ? "Concat" : "Identity", parts, wire, parts.Length > 1 ? [("axis", (long)pieces.Columns.Axis)] : []);
    }

    /// <summary>Some columns of a wire, from place to place.</summary>
    private string Taken(string wire, (int From, int To)[] places)
    {
        var pieces = _pieces[wire];
        var parts = ColumnPart.Merged([.. places.SelectMany(place => pieces.Parts(place.From, place.To))]);
        var key = (wire, string.Join(';', parts));
        if (!_joined.TryGetValue(key, out var joined))
        {
            string[] wires = [.. parts.Select(part => Piece(part, pieces.Columns.Axis))];
            _joined[key] = joined = wires is [var only] ? only : Joined(wires, pieces.Columns.Axis, $"{wire}.part");
        }

        return joined;
    }

    private string Piece(ColumnPart part, int axis) => Sliced(part.Wire, axis, part.From, part.To, part.Of);

    private string Joined(string[] wires, int axis, string? name)
    {
        var joined = _wires.Unique(name ?? $"{wires[^1]}.joined");
        Add("Concat", wires, joined, ("axis", (long)axis));
        return joined;
    }

    /// <summary>Columns of a wire that is part of the graph.</summary>
    /// <param name="of">How many it has, where that is known: all of them are the wire itself.</param>
    private string Sliced(string wire, int axis, int from, int to, int of = -1)
    {
        if (from == 0 && to == of)
            return wire;

        var key = (wire, $"{from}:{to}");
        if (_joined.TryGetValue(key, out var known))
            return known;

        var part = _wires.Unique($"{wire}.part");
        var bounds = new[] { from, to, axis }.Select((value, i) =>
        {
            var name = _wires.Unique($"{part}.{(i == 0 ? "from" : i == 1 ? "to" : "axis")}");
            _graph.Initializers[name] = OnnxTensor.Vector(value);
            return name;
        });
        Add("Slice", [wire, .. bounds], part);
        return _joined[key] = part;
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
