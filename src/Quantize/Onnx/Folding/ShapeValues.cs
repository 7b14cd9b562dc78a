namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>
/// Follows shape arithmetic (Shape, Gather, Concat, ... over integers) with named dimensions kept as names: a Reshape to
/// [batch, time, 64] is seen as such although batch and time are open.
/// </summary>
public static class ShapeValues
{
    /// <summary>Longer vectors are data, not shapes.</summary>
    private const int MaxElements = 256;

    private static readonly Dictionary<string, Func<OnnxNode, Scope, ShapeValue?>> Evaluations = new()
    {
        ["Shape"] = Shape,
        ["Size"] = Size,
        ["Identity"] = (node, scope) => scope.Value(node, 0),
        ["Cast"] = Cast,
        ["Gather"] = Gather,
        ["Slice"] = Slice,
        ["Concat"] = Concat,
        ["Squeeze"] = (node, scope) => scope.Value(node, 0) is { Elements.Count: 1 } value ? value with { IsScalar = true } : null,
        ["Unsqueeze"] = (node, scope) => scope.Value(node, 0) is { IsScalar: true } value ? value with { IsScalar = false } : null,
        ["Reshape"] = Reshape,
        ["Add"] = (node, scope) => Pairwise(node, scope, (a, b) => a + b, neutral: 0, commutes: true),
        ["Sub"] = (node, scope) => Pairwise(node, scope, (a, b) => a - b, neutral: 0, commutes: false),
        ["Mul"] = (node, scope) => Pairwise(node, scope, (a, b) => a * b, neutral: 1, commutes: true),
        ["Div"] = (node, scope) => Pairwise(node, scope, Quotient, neutral: 1, commutes: false),
        ["Equal"] = Equal,
        ["Where"] = Where,
    };

    /// <returns>The wires of the graph (not of its subgraphs) that are such values.</returns>
    public static IReadOnlyDictionary<string, ShapeValue> Infer(OnnxGraph graph, IReadOnlyDictionary<string, OnnxValue> types)
    {
        var scope = new Scope(graph, types, []);
        foreach (var node in graph.Nodes)
        {
            if (node.Domain.Length == 0 && Evaluations.TryGetValue(node.OpType, out var rule)
                && node.Output(0) is { } output && types.ContainsKey(output)
                && rule(node, scope) is { } value)
            {
                scope.Values[output] = value;
            }
        }

        return scope.Values;
    }

    private static ShapeValue? Shape(OnnxNode node, Scope scope)
    {
        if (!scope.Types.TryGetValue(node.RequiredInput(0), out var type) || type.Dims is not { } dims)
            return null;
        var start = Clamp(node.Int("start", 0), dims.Count);
        var end = Clamp(node.Int("end", dims.Count), dims.Count);
        return new ShapeValue([.. dims.Skip(start).Take(Math.Max(0, end - start))], IsScalar: false);
    }

    private static ShapeValue? Size(OnnxNode node, Scope scope) =>
        scope.Types.TryGetValue(node.RequiredInput(0), out var type) && OnnxShape.TryCount(type.StaticDims ?? [-1], out var count)
            ? new ShapeValue([count], IsScalar: true)
            : null;

    private static ShapeValue? Cast(OnnxNode node, Scope scope) =>
        (OnnxElementType)node.Int("to") is OnnxElementType.Int64 or OnnxElementType.Int32 ? scope.Value(node, 0) : null;

    private static ShapeValue? Gather(OnnxNode node, Scope scope)
    {
        if (scope.Value(node, 0) is not { IsScalar: false } data || scope.Value(node, 1) is not { IsKnown: true } indices)
            return null;
        var elements = new List<OnnxDimension>();
        foreach (var index in indices.Elements.Select(index => index.Size!.Value))
        {
            var position = index < 0 ? index + data.Elements.Count : index;
            if (position < 0 || position >= data.Elements.Count)
                return null;
            elements.Add(data.Elements[(int)position]);
        }

        return new ShapeValue(elements, indices.IsScalar);
    }

    private static ShapeValue? Slice(OnnxNode node, Scope scope)
    {
        if (scope.Value(node, 0) is not { IsScalar: false } data
            || scope.Value(node, 1) is not { IsKnown: true, Elements.Count: 1 } starts
            || scope.Value(node, 2) is not { IsKnown: true, Elements.Count: 1 } ends
            || (node.Input(4) is not null && scope.Value(node, 4) is not { Elements: [{ Size: 1 }] }))
        {
            return null;
        }

        var start = Clamp(starts.Elements[0].Size!.Value, data.Elements.Count);
        var end = Clamp(ends.Elements[0].Size!.Value, data.Elements.Count);
        return new ShapeValue([.. data.Elements.Skip(start).Take(Math.Max(0, end - start))], IsScalar: false);
    }

    private static ShapeValue? Concat(OnnxNode node, Scope scope)
    {
        var elements = new List<OnnxDimension>();
        for (var i = 0; i < node.Inputs.Count; i++)
        {
            if (scope.Value(node, i) is not { IsScalar: false } part || elements.Count + part.Elements.Count > MaxElements)
                return null;
            elements.AddRange(part.Elements);
        }

        return new ShapeValue(elements, IsScalar: false);
    }

    private static ShapeValue? Reshape(OnnxNode node, Scope scope) => scope.Value(node, 0) is { } data
        && scope.Types.GetValueOrDefault(node.RequiredOutput(0))?.Dims is { Count: <= 1 } dims
        ? data with { IsScalar = dims.Count == 0 }
        : null;

    /// <summary>A neutral right operand (and left, where the two commute) leaves a named dimension as it is.</summary>
    private static ShapeValue? Pairwise(OnnxNode node, Scope scope, Func<long, long, long?> compute, long neutral, bool commutes) =>
        Elementwise(node, scope, 0, 1, (a, b) =>
        {
            if (a.Size is { } x && b.Size is { } y)
                return compute(x, y);
            if (b.Size == neutral)
                return a;
            return commutes && a.Size == neutral ? b : OnnxDimension.Unknown;
        });

    /// <summary>Rounded towards zero; null by zero.</summary>
    private static long? Quotient(long a, long b) => b switch
    {
        0 => null,
        -1 => unchecked(-a),
        _ => a / b,
    };

    /// <summary>A dimension is never negative, so it is not equal to the -1 that shape arithmetic often compares with.</summary>
    private static ShapeValue? Equal(OnnxNode node, Scope scope) => Elementwise(node, scope, 0, 1, (a, b) =>
    {
        if (a.Size is { } x && b.Size is { } y)
            return x == y ? 1 : 0;
        return (a.Symbol is not null && b.Size < 0) || (b.Symbol is not null && a.Size < 0) ? 0 : OnnxDimension.Unknown;
    });

    private static ShapeValue? Where(OnnxNode node, Scope scope)
    {
        if (Elementwise(node, scope, 0, 1, (condition, yes) => condition.Size is null or 0 ? OnnxDimension.Unknown
            : yes) is not { } whenTrue
            || Elementwise(node, scope, 0, 2, (condition, no) => condition.Size == 0 ? no : OnnxDimension.Unknown) is not { } whenFalse
            || whenTrue.Elements.Count != whenFalse.Elements.Count)
        {
            return null;
        }

        var elements = whenTrue.Elements.Zip(whenFalse.Elements, (yes, no) => yes == OnnxDimension.Unknown ? no : yes);
        return new ShapeValue([.. elements], whenTrue.IsScalar && whenFalse.IsScalar);
    }

    private static ShapeValue? Elementwise(
        OnnxNode node, Scope scope, int left, int right, Func<OnnxDimension, OnnxDimension, OnnxDimension?> combine)
    {
        if (scope.Value(node, left) is not { } a || scope.Value(node, right) is not { } b)
            return null;
        var count = Math.Max(a.Elements.Count, b.Elements.Count);
        if ((a.Elements.Count != count && a.Elements.Count != 1) || (b.Elements.Count != count && b.Elements.Count != 1))
            return null;
        var elements = Enumerable.Range(0, count).Select(
            i => combine(a.Elements[a.Elements.Count == 1 ? 0 : i], b.Elements[b.Elements.Count == 1 ? 0 : i]) ?? OnnxDimension.Unknown);
        return new ShapeValue([.. elements], a.IsScalar && b.IsScalar);
    }

    private static int Clamp(long index, int count) => (int)Math.Clamp(index < 0 ? index + count : index, 0, count);

    private sealed record Scope(OnnxGraph Graph, IReadOnlyDictionary<string, OnnxValue> Types, Dictionary<string, ShapeValue> Values)
    {
        /// <summary>The value of a node's input, computed or constant; null when it is absent or no such value.</summary>
        public ShapeValue? Value(OnnxNode node, int index)
        {
            if (node.Input(index) is not { } wire)
                return null;
            if (Values.TryGetValue(wire, out var value))
                return value;
            return Graph.Constant(wire) is { Rank: <= 1, Count: <= MaxElements } tensor && IsShapeType(tensor.ElementType)
                ? new ShapeValue([.. tensor.ToInts().Select(element => new OnnxDimension(element))], tensor.Rank == 0)
                : null;
        }

        private static bool IsShapeType(OnnxElementType type) =>
            type is OnnxElementType.Int64 or OnnxElementType.Int32 or OnnxElementType.Bool;
    }
}
