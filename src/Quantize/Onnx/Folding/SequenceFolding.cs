namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>
/// Replaces ops on sequences whose elements are known one by one (lists in scripted PyTorch models: split, chunk, unbind, stack, cat)
/// by ops on the elements themselves.
/// </summary>
internal sealed class SequenceFolding
{
    private const int MaxParts = 4096;

    private readonly OnnxGraph _graph;
    private readonly IReadOnlyDictionary<string, OnnxValue> _types;
    private readonly Dictionary<string, List<string>> _elements = [];
    private readonly Dictionary<string, Slices> _slices = [];
    private readonly NameScope _wires;
    private readonly NameScope _nodes;
    private bool _changed;

    private SequenceFolding(OnnxGraph graph, IReadOnlyDictionary<string, OnnxValue> types)
    {
        _graph = graph;
        _types = types;
        _wires = NameScope.OfWires(graph);
        _nodes = NameScope.OfNodes(graph);
    }

    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph, IReadOnlyDictionary<string, OnnxValue> types)
    {
        if (!graph.Nodes.Exists(node => node.OpType.Contains("Sequence", StringComparison.Ordinal)))
            return false;
        var folding = new SequenceFolding(graph, types);
        var nodes = graph.Nodes.SelectMany(folding.Replace).ToList();
        graph.Nodes.Clear();
        graph.Nodes.AddRange(nodes);
        foreach (var body in graph.Nodes.SelectMany(node => node.Subgraphs))
            folding.ReplaceSlicesIn(body);
        GraphCleanup.RemoveUnused(graph);
        return folding._changed;
    }

    private IEnumerable<OnnxNode> Replace(OnnxNode node)
    {
        var replacement = node.Domain.Length > 0 ? null : node.OpType switch
        {
            "SequenceEmpty" => Keep(node, []),
            "SequenceConstruct" => Keep(node, [.. node.Inputs]),
            "SequenceInsert" => Insert(node),
            "SequenceErase" => Erase(node),
            "SequenceAt" => At(node),
            "SequenceLength" => Length(node),
            "ConcatFromSequence" => Concat(node),
            "SplitToSequence" => Split(node),
            _ => null,
        };
        return replacement ?? [node];
    }

    /// <summary>Remembers what a sequence holds; the node stays for readers that cannot be replaced.</summary>
    private OnnxNode[] Keep(OnnxNode node, List<string> elements)
    {
        _elements[node.RequiredOutput(0)] = elements;
        return [node];
    }

    private OnnxNode[]? Insert(OnnxNode node)
    {
        if (Elements(node) is not { } elements
            || Position(node, 2, elements.Count, elements.Count + 1, absent: elements.Count) is not { } position)
        {
            return null;
        }

        var longer = elements.ToList();
        longer.Insert(position, node.RequiredInput(1));
        return Keep(node, longer);
    }

    private OnnxNode[]? Erase(OnnxNode node)
    {
        if (Elements(node) is not { Count: > 0 } elements
            || Position(node, 1, elements.Count, elements.Count, absent: elements.Count - 1) is not { } position)
        {
            return null;
        }

        var shorter = elements.ToList();
        shorter.RemoveAt(position);
        return Keep(node, shorter);
    }

    /// <summary>Elements that a body takes from a list of slices around it.</summary>
    private void ReplaceSlicesIn(OnnxGraph body)
    {
        for (var i = body.Nodes.Count - 1; i >= 0; i--)
        {
            if (body.Nodes[i].Is("SequenceAt") && _slices.TryGetValue(body.Nodes[i].RequiredInput(0), out var slices))
            {
                var taken = Taken(body.Nodes[i], slices);
                body.Nodes.RemoveAt(i);
                body.Nodes.InsertRange(i, taken);
            }
        }
    }

    /// <summary>A slice of a tensor, with or without the axis along which it was cut.</summary>
    private OnnxNode[] Taken(OnnxNode node, Slices slices)
    {
        if (slices.KeepsAxis && FilledWith(slices.Tensor) is { } value)
        {
            var wire = _wires.Unique($"{node.Name}/value");
            _graph.Initializers[wire] = value;
            return Replaced(new OnnxNode(node.Name, "Identity") { Inputs = [wire], Outputs = node.Outputs });
        }

        var element = new OnnxNode(node.Name, "Gather") { Outputs = node.Outputs, Attributes = { ["axis"] = slices.Axis } };

        // An iteration's number may be a vector of one element.
        var index = NewNode(node, "Reshape", node.RequiredInput(1),
            slices.KeepsAxis ? Constant(node, 1) : Constant(node));
        element.Inputs.AddRange([slices.Tensor, index.Outputs[0]]);
        return Replaced(index, element);
    }

    private OnnxNode[]? At(OnnxNode node)
    {
        if (_slices.TryGetValue(node.RequiredInput(0), out var slices))
            return Taken(node, slices);
        if (Elements(node) is not { Count: > 0 } elements
            || Position(node, 1, elements.Count, elements.Count, absent: null) is not { } position)
        {
            return null;
        }

        return Replaced(new OnnxNode(node.Name, "Identity") { Inputs = [elements[position]], Outputs = node.Outputs });
    }

    private OnnxNode[]? Length(OnnxNode node)
    {
        if (_slices.TryGetValue(node.RequiredInput(0), out var slices))
        {
            var shape = NewNode(node, "Shape", slices.Tensor);
            _wires.Take($"{node.Name}/axis");
            _graph.Initializers[$"{node.Name}/axis"] = OnnxTensor.Scalar(slices.Axis);
            return Replaced(shape, new OnnxNode(node.Name, "Gather")
            {
                Inputs = [shape.Outputs[0], $"{node.Name}/axis"],
                Outputs = node.Outputs,
                Attributes = { ["axis"] = 0L }
            });
        }

        if (Elements(node) is not { } elements)
            return null;
        _graph.Initializers[node.RequiredOutput(0)] = OnnxTensor.Scalar((long)elements.Count);
        return Replaced();
    }

    /// <summary>Slices joined along an axis that they did not have are the tensor with that axis moved.</summary>
    private OnnxNode[]? Moved(OnnxNode node, Slices slices)
    {
        var axis = node.Int("axis");
        if (node.Int("new_axis", 0) == 0 || slices.KeepsAxis || axis < 0 || slices.Axis < 0 || slices.Rank is not { } rank)
            return null;
        var order = Enumerable.Range(0, rank).Select(i => (long)i).Where(i => i != slices.Axis).ToList();
        order.Insert((int)axis, slices.Axis);
        return Replaced(new OnnxNode(node.Name, "Transpose")
        {
            Inputs = [slices.Tensor],
            Outputs = node.Outputs,
            Attributes = { ["perm"] = (long[])[.. order] }
        });
    }

    private OnnxNode[]? Concat(OnnxNode node)
    {
        if (_slices.TryGetValue(node.RequiredInput(0), out var slices))
            return Moved(node, slices);
        if (Elements(node) is not { Count: > 0 } elements)
            return null;
        var axis = node.Int("axis");
        var stack = node.Int("new_axis", 0) != 0;
        var unsqueezed = stack ? elements.ConvertAll(element => NewNode(node, "Unsqueeze", element, Constant(node, axis))) : [];
        var concat = new OnnxNode(node.Name, "Concat")
        {
            Inputs = stack ? unsqueezed.ConvertAll(each => each.Outputs[0]) : [.. elements],
            Outputs = node.Outputs,
            Attributes = { ["axis"] = axis },
        };
        return Replaced([.. unsqueezed, concat]);
    }

    /// <summary>
    /// Without lengths, or with a length of 1, every part has one element, and the axis goes unless it is to be kept. The sequence
    /// itself stays for readers that cannot be replaced.
    /// </summary>
    private OnnxNode[]? Split(OnnxNode node)
    {
        var axis = node.Int("axis", 0);
        var single = node.Input(1) is null || _graph.Constant(node.Input(1)) is { Rank: 0 } length && length.ToInts()[0] == 1;
        var ones = FilledWith(node.Input(1)) is { } lengthOfEach && lengthOfEach.ToInts()[0] == 1;
        if (Lengths(node) is not { Count: > 0 } lengths)
        {
            if (single || ones)
            {
                _slices[node.RequiredOutput(0)] = new Slices(node.RequiredInput(0), axis, ones || node.Int("keepdims", 1) != 0,
                    _types.GetValueOrDefault(node.RequiredInput(0))?.Dims?.Count);
            }

            return null;
        }

        var parts = lengths.Select((_, i) => _wires.Unique($"{node.Name}/part_{i}")).ToList();
        var split = new OnnxNode(_nodes.Unique($"{node.Name}/Split"), "Split")
        {
            Inputs = [node.RequiredInput(0), Constant(node, [.. lengths])],
            Outputs = parts,
            Attributes = { ["axis"] = axis },
        };
        if (!single || node.Int("keepdims", 1) != 0)
            return [split, .. Keep(node, parts)];
        var squeezed = parts.ConvertAll(part => NewNode(node, "Squeeze", part, Constant(node, axis)));
        return [split, .. squeezed, .. Keep(node, squeezed.ConvertAll(each => each.Outputs[0]))];
    }

    /// <summary>The one element, as a vector, of which a vector of any length holds nothing else; null where that is not known.</summary>
    private OnnxTensor? FilledWith(string? vector)
    {
        if (vector is null || _types.GetValueOrDefault(vector)?.Dims is not [_]
            || _graph.Nodes.Find(node => node.Outputs.Contains(vector)) is not { } maker)
        {
            return null;
        }

        var value = maker.Is("ConstantOfShape") ? maker.Tensor("value") : maker.Is("Expand") ? _graph.Constant(maker.Inputs[0]) : null;
        return value is { Count: 1 } ? value.Reshaped([1]) : null;
    }

    private List<long>? Lengths(OnnxNode node)
    {
        var given = _graph.Constant(node.Input(1));
        if (given is { Rank: 1 })
            return [.. given.ToInts()];
        var axis = node.Int("axis", 0);
        if ((given is null && node.Input(1) is not null)
            || _types.GetValueOrDefault(node.RequiredInput(0))?.Dims is not { } dims
            || axis < -dims.Count || axis >= dims.Count
            || dims[(int)(axis < 0 ? axis + dims.Count : axis)].Size is not { } size || size > MaxParts)
        {
            return null;
        }

        var length = given?.ToInts()[0] ?? 1;
        if (length <= 0)
            return null;
        var lengths = new List<long>();
        for (var start = 0L; start < size; start += Math.Min(length, size - start))
            lengths.Add(Math.Min(length, size - start));
        return lengths;
    }

    private List<string>? Elements(OnnxNode node) => _elements.GetValueOrDefault(node.RequiredInput(0));

    /// <summary>A constant index, from the back when negative; null when it is not known or not below <paramref name="limit"/>.</summary>
    private int? Position(OnnxNode node, int input, int count, int limit, int? absent)
    {
        if (node.Input(input) is not { } wire)
            return absent;
        if (_graph.Constant(wire) is not { Count: 1 } constant)
            return null;
        var index = constant.ToInts()[0];
        var position = index < 0 ? index + count : index;
        return position >= 0 && position < limit ? (int)position : null;
    }

    private string Constant(OnnxNode node, params long[] values)
    {
        var wire = _wires.Unique($"{node.Name}/constant");
        _graph.Initializers[wire] = OnnxTensor.Vector(values);
        return wire;
    }

    private OnnxNode NewNode(OnnxNode node, string opType, params string[] inputs)
    {
        var name = _nodes.Unique($"{node.Name}/{opType}");
        return new OnnxNode(name, opType) { Inputs = [.. inputs], Outputs = [_wires.Unique(name)] };
    }

    private OnnxNode[] Replaced(params OnnxNode[] nodes)
    {
        _changed = true;
        return nodes;
    }

    /// <summary>A list of the slices of one element along an axis whose size may be open.</summary>
    private sealed record Slices(string Tensor, long Axis, bool KeepsAxis, int? Rank);
}
