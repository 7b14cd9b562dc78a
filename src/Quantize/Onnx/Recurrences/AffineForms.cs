namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>Finds which wires of a body are sums of matrix products: the inputs of gates, however they are added up, split and
/// sliced.</summary>
/// <param name="widthOf">Values of a wire; null where they are not known.</param>
/// <param name="isElement">Whether a wire is an element of a sequence, which may be a gate's addend by itself.</param>
internal sealed class AffineForms(OnnxGraph body, Func<string, int?> widthOf, Func<string, bool> isElement)
{
    private readonly Dictionary<string, AffineForm?> _known = [];
    private readonly Dictionary<string, OnnxNode> _producers = body.Producers();

    /// <summary>The node that computes a wire, seen through Identity; null for inputs, constants and outer wires.</summary>
    public OnnxNode? Producer(string wire)
    {
        while (_producers.TryGetValue(wire, out var node))
        {
            if (!node.Is("Identity"))
                return node.Domain.Length == 0 ? node : null;

            wire = node.Inputs[0];
        }

        return null;
    }

    /// <summary>The wire itself, seen through Identity.</summary>
    public string Wire(string wire)
    {
        while (_producers.TryGetValue(wire, out var node) && node.Is("Identity"))
            wire = node.Inputs[0];

        return wire;
    }

    /// <summary>The number that a wire holds in every element; null where it is not such a constant.</summary>
    public float? Scalar(string wire) =>
        body.Constant(Wire(wire)) is { } tensor && tensor.Count > 0 && tensor.ElementType.IsFloat() && tensor.ToFloats() is var values
        && values.All(value => value.Equals(values[0])) && (tensor.Count == 1 || tensor.Rank <= 2) ? values[0] : null;

    /// <summary>Null where the wire is no such sum.</summary>
    public AffineForm? Of(string wire)
    {
        wire = Wire(wire);
        if (!_known.TryGetValue(wire, out var form))
            _known[wire] = form = Find(wire);

        return form;
    }

    private AffineForm? Find(string wire)
    {
        if (body.Constant(wire) is { } constant)
            return Row(constant);

        if (Producer(wire) is not { } node)
            return null;

        return node.OpType switch
        {
            "MatMul" when Matrix.Of(body.Constant(node.Inputs[1])) is { } weights => Product(node.Inputs[0], weights),
            "Gemm" => Gemm(node),
            "Add" => Sum(node.Inputs[0], node.Inputs[1]),
            "Squeeze" or "Unsqueeze" when IsLeading(node) => Of(node.Inputs[0]),
            "Split" => Of(node.Inputs[0]) is { } whole ? SplitPart(node, whole, wire) : null,
            "Slice" => Of(node.Inputs[0]) is { } sliced ? Sliced(node, sliced) : null,
            _ => null,
        };
    }

    private AffineForm? Sum(string first, string second)
    {
        var (a, b) = (Of(first), Of(second));
        if ((a ?? b) is not { } known)
            return null;

        return (a ?? Element(first, known.Width)) is { } left && (b ?? Element(second, known.Width)) is { } right ? left.Plus(right) : null;
    }

    /// <summary>The element times the identity.</summary>
    private AffineForm? Element(string wire, int width) => isElement(Wire(wire))
        ? new AffineForm(new Dictionary<string, Matrix> { [Wire(wire)] = Matrix.Identity(width) }, new float[width]) : null;

    /// <summary>A vector, or a matrix of one row.</summary>
    private static AffineForm? Row(OnnxTensor constant) =>
        constant.ElementType.IsFloat() && constant.StoredScales is null && constant.Count > 0 && constant.Rank <= 2
        && (constant.Rank < 2 || constant.Dims[0] == 1) ? AffineForm.Constant(constant.ToFloats()) : null;

    private AffineForm Product(string source, Matrix weights)
    {
        source = Wire(source);
        var bias = new float[weights.Columns];
        if (Producer(source) is { OpType: "Concat" } concat && concat.Int("axis") is 1 or -1
            && concat.Inputs.Select(widthOf).ToArray() is var widths && !widths.Contains(null) && widths.Sum() == weights.Rows)
        {
            var terms = new Dictionary<string, Matrix>();
            var first = 0;
            foreach (var (part, width) in concat.Inputs.Zip(widths))
            {
                terms[Wire(part)] = weights.RowsOf(first, width!.Value);
                first += width.Value;
            }

            if (terms.Count == concat.Inputs.Count)
                return new AffineForm(terms, bias);
        }

        return new AffineForm(new Dictionary<string, Matrix> { [source] = weights }, bias);
    }

    private AffineForm? Gemm(OnnxNode node)
    {
        if (node.Int("transA", 0) != 0 || node.Float("alpha", 1) != 1 || (node.Input(2) is not null && node.Float("beta", 1) != 1)
            || Matrix.Of(body.Constant(node.Inputs[1]), node.Int("transB", 0) != 0) is not { } weights)
        {
            return null;
        }

        var product = Product(node.Inputs[0], weights);
        return node.Input(2) is not { } bias ? product : Of(bias) is { } added ? product.Plus(added) : null;
    }

    private AffineForm? SplitPart(OnnxNode split, AffineForm whole, string wire)
    {
        if (split.Int("axis", 0) is not (1 or -1))
            return null;

        var index = split.Outputs.IndexOf(wire);
        var sizes = split.Input(1) is { } given ? body.Constant(given)?.ToInts()
            : whole.Width % split.Outputs.Count == 0 ? [.. split.Outputs.Select(_ => (long)whole.Width / split.Outputs.Count)] : null;
        return sizes is null || sizes.Sum() != whole.Width ? null : whole.Part((int)sizes.Take(index).Sum(), (int)sizes[index]);
    }

    private AffineForm? Sliced(OnnxNode slice, AffineForm whole)
    {
        if (body.Constant(slice.Inputs[1]) is not { } starts || body.Constant(slice.Inputs[2]) is not { } ends
            || body.Constant(slice.Input(3)) is not { } axes
            || (slice.Input(4) is { } steps && body.Constant(steps)?.ToInts().All(step => step == 1) != true))
        {
            return null;
        }

        int first = 0, end = whole.Width;
        for (var i = 0; i < axes.Count; i++)
        {
            long from = starts.ToInts()[i], to = ends.ToInts()[i];
            if (axes.ToInts()[i] is 1 or -1)
                (first, end) = (Place(from, whole.Width), Place(to, whole.Width));
            else if (from != 0 || to < int.MaxValue)
                return null;
        }

        return first < end ? whole.Part(first, end - first) : null;
    }

    private static int Place(long at, int width) => (int)Math.Clamp(at < 0 ? at + width : at, 0, width);

    /// <summary>It adds or removes leading dimensions of 1 only: the row stays the row.</summary>
    private bool IsLeading(OnnxNode node) =>
        node.Input(1) is not { } axes ? node.Is("Squeeze") : body.Constant(axes)?.ToInts() is [0];
}
