using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Streaming.Rules;

namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>
/// Which nodes treat every column of a window alike, wherever it lies: element by element, products with constants, convolutions and pools
/// without padding along time. What they gave for a column they give again when the window has moved on.
/// </summary>
internal sealed class ColumnRules(Analysis analysis, IReadOnlyDictionary<string, WindowColumns> columns)
{
    /// <summary>How the node computes only its new columns; null: all of its columns may change with each window.</summary>
    public KeptNode? Of(OnnxNode node)
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
        WindowColumns[] moving = [.. node.Inputs.Where(columns.ContainsKey).Select(wire =>
            columns[wire].On(columns[wire].Axis + rank - Shape(wire).Length)).Distinct()];
        return moving is [var only] && node.Inputs.Where(wire => wire.Length > 0 && IsConstant(wire)).All(wire =>
            IsOneAt(wire, only.Axis - rank)) ? KeptNode.OfEachColumn(only) : null;
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

    /// <summary>A convolution or pool; along time without padding.</summary>
    private KeptNode? Convolved(OnnxNode node, int[]? weights)
    {
        var shape = Shape(node.Inputs[0]);
        if (First(node) is not { Axis: >= 2 } x || shape.Length is < 3 or > 4)
            return null;

        var a = ConvAttributes.Of(node, shape, weights);
        var at = x.Axis - 2 + a.Missing;
        int stride = a.Strides[at], span = (a.Kernel[at] - 1) * a.Dilations[at] + 1, length = Shape(node.Outputs[0])[x.Axis];
        var behind = x.Length - ((length - 1) * stride + span);
        if (a.Pads[at] > 0 || a.Pads[at + 2] > 0 || x.Fresh % stride != 0 || behind < 0)
            return null;

        var y = new WindowColumns(x.Axis, length, x.Fresh / stride);
        var rewritten = node.Clone(null);
        rewritten.Attributes.Remove("auto_pad");
        rewritten.Attributes["pads"] = a.Pads.Where((_, i) => i % 2 >= a.Missing).Select(pad => (long)pad).ToArray();
        return new KeptNode(y, (y.Computed - 1) * stride + span, behind) { Rewritten = rewritten };
    }

    private KeptNode? Product(OnnxNode node)
    {
        if (node.Inputs.Any(wire => Shape(wire).Length < 2))
            return null;

        var rank = Shape(node.Outputs[0]).Length;
        var moving = new HashSet<WindowColumns>();
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

        if (moving.Count != 1)
            return null;

        var y = moving.First();
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
        if (axis < 0 || x.Length % to[axis] != 0 || x.Fresh % (x.Length / to[axis]) != 0)
            return null;

        var group = x.Length / to[axis];
        var y = new WindowColumns(axis, to[axis], x.Fresh / group);
        return new KeptNode(y, y.Computed * group, 0) { Shape = [.. Shapes.With(to, axis, y.Computed).Select(size => (long)size)] };
    }

    private KeptNode? Joined(OnnxNode node)
    {
        WindowColumns[] moving = [.. node.Inputs.Select(wire => columns.TryGetValue(wire, out var x) ? x : default).Distinct()];
        var rank = Shape(node.Outputs[0]).Length;
        return moving is [{ Length: > 0 } x] && Shapes.Axis(node.Int("axis"), rank) != x.Axis ? KeptNode.OfEachColumn(x) : null;
    }

    private KeptNode? Gathered(OnnxNode node)
    {
        var rank = Shape(node.Inputs[0]).Length;
        var axis = Shapes.Axis(node.Int("axis", 0), rank);
        if (columns.TryGetValue(node.Inputs[0], out var data))
        {
            if (!IsConstant(node.Inputs[1]) || data.Axis == axis)
                return null;

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
        var y = x with { Length = Shape(node.Outputs[0])[x.Axis] };
        return new KeptNode(y, y.Computed, x.Length - start - y.Length)
        {
            Rewritten = new OnnxNode(node.Name, "Identity") { Inputs = [node.Inputs[0]], Outputs = [.. node.Outputs] },
        };
    }

    private KeptNode? Padded(OnnxNode node)
    {
        if (First(node) is not { } x || !node.Inputs.Skip(1).All(IsConstant) || node.Input(3) is not null)
            return null;

        var pads = node.Input(1) is { } given ? analysis.Value(given).ToInts() : node.Ints("pads")!;
        return pads[x.Axis] == 0 && pads[x.Axis + pads.Count / 2] == 0 ? KeptNode.OfEachColumn(x) : null;
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