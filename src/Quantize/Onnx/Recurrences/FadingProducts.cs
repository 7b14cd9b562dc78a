using EdgeSeq.Quantize.Onnx.Ort;

namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>
/// Linear recurrences in closed form, y = exp(c) · cumsum(u · exp(−c)) with c = cumsum(a), also with what is summed under a logarithm:
/// as the loop y ← exp(a) · y + u that they stand for. The closed form leaves the range of float32 after some steps; the loop never
/// does.
/// </summary>
internal static class FadingProducts
{
    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph)
    {
        if (graph.Nodes.Count(node => node.Is("CumSum")) < 2)
            return false;

        var match = new FadingProductMatch(graph);
        foreach (var node in graph.Nodes.ToList())
        {
            if (match.Of(node) is { } found && Replace(graph, node, found))
                return true;
        }

        return false;
    }

    private static bool Replace(OnnxGraph graph, OnnxNode node, FadingProduct found)
    {
        var types = TypeInference.Infer(graph);
        if (types.GetValueOrDefault(node.Outputs[0])?.Dims is not { } dims
            || new[] { found.LogFactor, found.Added }.Any(wire => types.GetValueOrDefault(wire)?.Dims?.Count != dims.Count))
        {
            return false;
        }

        var scope = new UnrolledScope(graph);
        var axis = found.Axis < 0 ? found.Axis + dims.Count : found.Axis;
        var name = node.Name;
        var added = found.AddedIsLogarithm ? scope.Add(name, "Exp", [found.Added]) : found.Added;
        string Int(long value) => scope.Constant(name, OnnxTensor.Scalar(value));

        var factors = scope.Add(name, "Exp", [found.LogFactor]);
        var trips = scope.Add(name, "Gather", [scope.Add(name, "Shape", [added]), Int(axis)]);
        var first = scope.Add(name, "Gather", [added, Int(0)], ("axis", axis));
        var start = scope.Add(name, "Mul", [first, scope.Constant(name, OnnxTensor.Scalar(0f))]);
        var loop = scope.Add(name, "Loop", [trips, "", start], 2, ("body", Body(graph, scope, name, factors, added, axis)));
        long[] rest = [.. Enumerable.Range(1, dims.Count - 1).Select(i => (long)i)];
        long[] places = [.. rest[..(int)axis], 0, .. rest[(int)axis..]];
        scope.Replace(node.Outputs[0], scope.Add(name, "Transpose", [loop[1]], ("perm", places)));
        scope.Finish();
        return true;
    }

    /// <summary>y ← factor · y + added.</summary>
    private static OnnxGraph Body(OnnxGraph graph, UnrolledScope scope, string name, string factors, string added, long axis)
    {
        var body = new OnnxGraph($"{name}/body", graph);
        string number = scope.NewWire(name, "number"), going = scope.NewWire(name, "going"), y = scope.NewWire(name, "y");
        body.Inputs.AddRange([new OnnxValue(number, OnnxElementType.Int64, []), new OnnxValue(going, OnnxElementType.Bool, []),
            new OnnxValue(y, OnnxElementType.Float32, null)]);
        var factor = Add("Gather", [factors, number], ("axis", axis));
        var element = Add("Gather", [added, number], ("axis", axis));
        var next = Add("Add", [Add("Mul", [factor, y]), element]);
        string[] outputs = [Add("Identity", [going]), next, Add("Identity", [next])];
        body.Outputs.AddRange(outputs.Select((wire, i) =>
            new OnnxValue(wire, i == 0 ? OnnxElementType.Bool : OnnxElementType.Float32, i == 0 ? [] : null)));
        return body;

        string Add(string opType, string[] inputs, params (string Name, OnnxAttribute Value)[] attributes)
        {
            var node = scope.NewNode(name, opType, inputs, 1, attributes);
            body.Nodes.Add(node);
            return node.Outputs[0];
        }
    }
}
