using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Streaming.Rules;

namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>
/// Which nodes treat every column of a window alike, wherever it lies: element by element, products with constants, convolutions and
/// pools. What they gave for a column they give again when the window has moved on, but for the columns that see padding at the window's
/// borders.
/// </summary>
internal sealed class ColumnRules(Analysis analysis, IReadOnlyDictionary<string, WindowColumns> columns)
{
    /// <summary>How the node computes only its new columns; null: all of its columns may change with each window, or so many that nothing
    /// is gained.</summary>
    public KeptNode? Of(OnnxNode node) => Alike(node) is { } kept && !IsMostlyBorder(kept) ? kept : null;

    /// <summary>Why a node that takes columns is not one of those; null: it takes none.</summary>
    public string? WhyNot(OnnxNode node) => !OnnxGraph.ReadBy(node).Any(columns.ContainsKey) ? null
        : Alike(node) is { Result: var y } ? $"{y.Head + y.Tail} of {y.Length} columns look beyond the window: it is computed whole"
        : "it takes whole windows";

    /// <summary>What looks beyond the window's borders, and what is new, would be more than half of it.</summary>
    private static bool IsMostlyBorder(KeptNode kept) =>
        kept.Result is { Head: > 0 } or { Tail: > 0 } && 2 * (kept.Result.Computed + kept.Between) > kept.Result.Length;

    private KeptNode? Alike(OnnxNode node)
    {
        string[] moving = [.. OnnxGraph.ReadBy(node).Where(wire => !analysis.IsTimeOnly(wire))];
        if (moving.Length == 0 || node.Subgraphs.Any() || !moving.All(columns.ContainsKey)
            || !node.Outputs.All(output => output.Length == 0 || analysis.IsTensor(output)))
        {
            return null;
        }

        return TransferRules.Table.Find(node.Domain, node.OpType) is { } entry && ElementwiseOps.Serves(entry) ? Broadcast(node)
            : node.Domain.Length > 0 ? null
            : node.OpType switch
            {
                "QuantizeLinear" or "DequantizeLinear" => Rounded(node),
                "Conv" => node.Inputs.Skip(1).All(IsConstant) ? Convolved(node, Shape(node.Inputs[1])) : null,
                "MaxPool" or "AveragePool" or "LpPool" => node.Outputs.Count == 1 ? Convolved(node, null) : null,
                "MatMul" => Product(node),
                "Gemm" => Affine(node),
                "Transpose" => Transposed(node),
                "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" => Reshaped(node),
                "Concat" => Joined(node),
                "Split" => Beside(node, node.Int("axis", 0)),
                "Gather" => Gathered(node),
                "Slice" => Sliced(node),
                "Pad" => Padded(node),
                "Softmax" or "LogSoftmax" => Beside(node, node.Int("axis", -1), alsoBehind: OpsetOf(node) < 13),
                "LpNormalization" => Beside(node, node.Int("axis", -1)),
                "LayerNormalization" or "RMSNormalization" => Beside(node, node.Int("axis", -1), alsoBehind: true),
                "BatchNormalization" => node.Inputs.Skip(1).All(IsConstant) ? Beside(node, 1) : null,
                _ => node.OpType.StartsWith("Reduce", StringComparison.Ordinal) ? Reduced(node) : null,
            };
    }

    private bool IsConstant(string wire) => wire.Length == 0 || analysis.IsTimeOnly(wire);

    private int[] Shape(string wire) => analysis.Shape(wire);

    private WindowColumns? First(OnnxNode node) => columns.TryGetValue(node.Inputs[0], out var first) ? first : null;

    private long OpsetOf(OnnxNode node) => node.Opset > 0 ? node.Opset : analysis.Graph.Opsets.GetValueOrDefault("");

    /// <summary>All that has columns has the same, in the same place; of constants one value serves all columns.</summary>
    private KeptNode? Broadcast(OnnxNode node)
    {
        var rank = Shape(node.Outputs[0]).Length;
        var moving = Common(node.Inputs.Where(columns.ContainsKey).Select(wire =>
            columns[wire].On(columns[wire].Axis + rank - Shape(wire).Length)));
        return moving is { } y && node.Inputs.Where(wire => wire.Length > 0 && IsConstant(wire)).All(wire => IsOneAt(wire, y.Axis - rank))
            ? KeptNode.OfEachColumn(y) : null;
    }

    /// <summary>What holds of several wires together; null: they do not move alike, or there are none.</summary>
    private static WindowColumns? Common(IEnumerable<WindowColumns> moving)
    {
        WindowColumns? common = null;
        foreach (var each in moving)
        {
            common = common is { } before ? before.With(each) : each;
            if (common is null)
                return null;
        }

        return common;
    }

    /// <summary>Whether a wire that is broadcast has one element on an axis counted from the last one, -1.</summary>
    private bool IsOneAt(string wire, int fromEnd)
    {
        var shape = Shape(wire);
        return shape.Length + fromEnd < 0 || shape[shape.Length + fromEnd] == 1;
    }

    private KeptNode? Rounded(OnnxNode node)
    {
        if (First(node) is not { } x || !node.Inputs.Skip(1).All(IsConstant))
            return null;

        return Shapes.Count(Shape(node.Inputs[1])) == 1 ? KeptNode.OfEachColumn(x)
            : node.Has("block_size") ? null : Beside(node, node.Int("axis", 1));
    }

    /// <summary>A convolution or pool. Columns under whose kernel the padding lies, or a column that is no inner one itself, are computed
    /// for each window.</summary>
    private KeptNode? Convolved(OnnxNode node, int[]? weights)
    {
        var shape = Shape(node.Inputs[0]);
        if (First(node) is not { Axis: >= 2 } x || shape.Length is < 3 or > 4)
            return null;

        var a = ConvAttributes.Of(node, shape, weights);
        var at = x.Axis - 2 + a.Missing;
        int stride = a.Strides[at], span = (a.Kernel[at] - 1) * a.Dilations[at] + 1, length = Shape(node.Outputs[0])[x.Axis];
        int before = a.Pads[at], beyond = (length - 1) * stride + span - before - x.Length;
        if (beyond > a.Pads[at + 2])
            return null;

        var (fresh, period) = x.Every(stride);
        var head = Math.Min(length, (x.Head + before + stride - 1) / stride);
        var inner = (x.Length - x.Tail + before - span + stride) / stride;
        var y = new WindowColumns(x.Axis, length, fresh, period, head, Math.Max(0, length - Math.Max(inner, 0)));
        if (y.Inner <= 0)
            return null;

        // The end's first column must lie at a multiple of the stride behind the begin's.
        var taken = head == 0 ? 0 : (head - 1) * stride + span - before;
        taken += head == 0 ? 0 : (stride - (taken + before) % stride) % stride;
        return new KeptNode(y, new ColumnRange(0, taken), new ColumnRange(Math.Max(0, -beyond),
            (y.End - 1) * stride + span - Math.Max(0, beyond)))
        {
            Between = head == 0 ? 0 : (taken + before) / stride - head,
            Rewritten = begin => WithPads(node, a, at, begin ? before : 0, Math.Max(0, beyond)),
        };
    }

    private static OnnxNode WithPads(OnnxNode node, ConvAttributes a, int at, int before, int behind)
    {
        var rewritten = node.Clone(null);
        var pads = Shapes.With(Shapes.With(a.Pads, at, before), at + 2, behind);
        rewritten.Attributes.Remove("auto_pad");
        rewritten.Attributes["pads"] = pads.Where((_, i) => i % 2 >= a.Missing).Select(pad => (long)pad).ToArray();
        return rewritten;
    }

    private KeptNode? Product(OnnxNode node)
    {
        if (node.Inputs.Any(wire => Shape(wire).Length < 2))
            return null;

        var rank = Shape(node.Outputs[0]).Length;
        var moving = new List<WindowColumns>();
        for (var i = 0; i < 2; i++)
        {
            var wire = node.Inputs[i];
            if (!columns.TryGetValue(wire, out var x))
                continue;

            // The axis that is summed over: the last one of the left, the last but one of the right.
            var own = Shape(wire).Length;
            if (x.Axis == own - 1 - i)
                return null;

            moving.Add(x.On(x.Axis + rank - own));
        }

        if (Common(moving) is not { } y)
            return null;

        var isRow = y.Axis == rank - 2;
        var isColumn = y.Axis == rank - 1;
        for (var i = 0; i < 2; i++)
        {
            // Rows come from the left alone, columns from the right alone, matrices from both.
            var wire = node.Inputs[i];
            var mayMove = i == 0 ? !isColumn : !isRow;
            if (columns.ContainsKey(wire) ? !mayMove : mayMove && !IsOneAt(wire, y.Axis - rank))
                return null;
        }

        return KeptNode.OfEachColumn(y);
    }

    private KeptNode? Affine(OnnxNode node)
    {
        if (First(node) is not { Axis: 0 } x || node.Int("transA", 0) != 0 || !node.Inputs.Skip(1).All(IsConstant))
            return null;

        return node.Input(2) is { } bias && !IsOneAt(bias, -2) ? null : KeptNode.OfEachColumn(x);
    }

    private KeptNode? Transposed(OnnxNode node)
    {
        var x = columns[node.Inputs[0]];
        return KeptNode.OfEachColumn(x.On(Array.IndexOf(Shapes.Permutation(node.Ints("perm"), Shape(node.Inputs[0]).Length), x.Axis)));
    }

    /// <summary>The columns stay an axis of their own, or whole groups of them become one.</summary>
    private KeptNode? Reshaped(OnnxNode node)
    {
        if (First(node) is not { } x)
            return null;

        var to = Shape(node.Outputs[0]);
        var before = Shapes.Product(Shape(node.Inputs[0]), 0, x.Axis);
        var axis = Enumerable.Range(0, to.Length).FirstOrDefault(i => Shapes.Product(to, 0, i) == before && to[i] > 1, -1);
        if (axis < 0 || x.Length % to[axis] != 0)
            return null;

        var group = x.Length / to[axis];
        var (fresh, period) = x.Every(group);
        var y = new WindowColumns(axis, to[axis], fresh, period, (x.Head + group - 1) / group, (x.Tail + group - 1) / group);
        return y.Inner <= 0 ? null
            : new KeptNode(y, new ColumnRange(0, y.Head * group), new ColumnRange(0, y.End * group)) { Shape = to };
    }

    private KeptNode? Joined(OnnxNode node)
    {
        if (!node.Inputs.All(columns.ContainsKey) || Common(node.Inputs.Select(wire => columns[wire])) is not { } y)
            return null;

        return Shapes.Axis(node.Int("axis"), Shape(node.Outputs[0]).Length) != y.Axis ? KeptNode.OfEachColumn(y) : null;
    }

    private KeptNode? Gathered(OnnxNode node)
    {
        var rank = Shape(node.Inputs[0]).Length;
        var axis = Shapes.Axis(node.Int("axis", 0), rank);
        if (columns.TryGetValue(node.Inputs[0], out var data))
        {
            if (!IsConstant(node.Inputs[1]))
                return null;
            if (data.Axis == axis)
                return OneOf(node, data);

            var moved = data.Axis < axis ? data.Axis : data.Axis - 1 + Shape(node.Inputs[1]).Length;
            return KeptNode.OfEachColumn(data.On(moved));
        }

        var indices = columns[node.Inputs[1]];
        return KeptNode.OfEachColumn(indices.On(axis + indices.Axis));
    }

    /// <summary>Along other axes, or columns off either end.</summary>
    private KeptNode? Sliced(OnnxNode node)
    {
        if (First(node) is not { } x || !node.Inputs.Skip(1).All(IsConstant) || node.Inputs.Count < 3)
            return null;

        var starts = analysis.Value(node.Inputs[1]).ToInts();
        var axes = node.Input(3) is { } given ? analysis.Value(given).ToInts() : [.. Enumerable.Range(0, starts.Length)];
        var at = Array.FindIndex(axes, axis => Shapes.Axis(axis, Shape(node.Inputs[0]).Length) == x.Axis);
        if (at < 0)
            return KeptNode.OfEachColumn(x);
        if (axes.Length > 1 || (node.Input(4) is { } steps && analysis.Value(steps).ToInts()[0] != 1))
            return null;

        var start = (int)Math.Clamp(starts[at] < 0 ? starts[at] + x.Length : starts[at], 0, x.Length);
        var length = Shape(node.Outputs[0])[x.Axis];
        var behind = x.Length - start - length;
        var y = x with { Length = length, Head = Math.Max(0, x.Head - start), Tail = Math.Max(0, x.Tail - behind) };
        if (y.Inner <= 0)
            return start < x.Length - x.End ? null : new KeptNode(default, default, new ColumnRange(behind, length)) { Rewritten = Same };

        return new KeptNode(y, new ColumnRange(start, y.Head), new ColumnRange(behind, y.End)) { Rewritten = Same };

        OnnxNode Same(bool begin) => new(node.Name, "Identity") { Inputs = [node.Inputs[0]], Outputs = [.. node.Outputs] };
    }

    /// <summary>One column near the end: no others are taken.</summary>
    private KeptNode? OneOf(OnnxNode node, WindowColumns x)
    {
        int[] places = [.. analysis.Value(node.Inputs[1]).ToInts().Select(index => (int)(index < 0 ? index + x.Length : index))];
        return places is not [var place] || place < x.Length - x.End || place >= x.Length ? null
            : new KeptNode(default, default, new ColumnRange(x.Length - 1 - place, 1)) { Shape = Shape(node.Outputs[0]) };
    }

    private KeptNode? Padded(OnnxNode node)
    {
        if (First(node) is not { } x || !node.Inputs.Skip(1).All(IsConstant) || node.Input(3) is not null)
            return null;

        long[] pads = [.. node.Input(1) is { } given ? analysis.Value(given).ToInts() : node.Ints("pads")!];
        int before = (int)pads[x.Axis], behind = (int)pads[x.Axis + pads.Length / 2];
        if (before == 0 && behind == 0)
            return KeptNode.OfEachColumn(x);
        var mode = node.String("mode", "constant");
        if (before < 0 || behind < 0 || mode is not ("constant" or "edge" or "reflect"))
            return null;

        // What is repeated at the borders moves with the window too.
        var seen = mode switch { "constant" => 0, "edge" => 1, _ => Math.Max(before, behind) + 1 };
        var begin = before == 0 ? x.Head : Math.Max(x.Head, seen);
        var y = x with { Length = x.Length + before + behind, Head = before + begin, Tail = behind + x.Tail };
        var end = behind == 0 ? x.End : Math.Max(x.End, seen);
        return y.Inner <= 0 ? null : new KeptNode(y, new ColumnRange(0, begin), new ColumnRange(0, end))
        {
            Between = end + behind - y.End,
            Before = before + end + behind - y.End,
        };
    }

    /// <summary>The op works along another axis than time.</summary>
    /// <param name="alsoBehind">It works along the axes behind that one too.</param>
    private KeptNode? Beside(OnnxNode node, long axis, bool alsoBehind = false)
    {
        if (First(node) is not { } x || !node.Inputs.Skip(1).All(IsConstant))
            return null;

        var along = Shapes.Axis(axis, Shape(node.Inputs[0]).Length);
        return x.Axis == along || (alsoBehind && x.Axis > along) ? null : KeptNode.OfEachColumn(x);
    }

    private KeptNode? Reduced(OnnxNode node)
    {
        if (First(node) is not { } x || !node.Inputs.Skip(1).All(IsConstant))
            return null;

        var rank = Shape(node.Inputs[0]).Length;
        var given = node.Input(1) is { } wire ? analysis.Value(wire).ToInts() : node.Ints("axes");
        if (given is null or { Count: 0 })
            return null;

        int[] axes = [.. given.Select(axis => Shapes.Axis(axis, rank))];
        if (axes.Contains(x.Axis))
            return null;

        var before = node.Int("keepdims", 1) != 0 ? 0 : axes.Count(axis => axis < x.Axis);
        return KeptNode.OfEachColumn(x.On(x.Axis - before));
    }
}