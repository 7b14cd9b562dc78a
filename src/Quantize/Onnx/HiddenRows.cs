namespace EdgeSeq.Quantize.Onnx;

/// <summary>
/// Softmax over a row that is hidden altogether, -infinity everywhere, gives zeros here and in the newest operator set; ONNX Runtime
/// gives NaN. This is how it is made to give zeros too, where it is the reference.
/// </summary>
internal static class HiddenRows
{
    /// <summary>Whether there is a NaN that a row without keys may have made.</summary>
    public static bool MayMakeNaN(OnnxGraph graph, IEnumerable<OnnxTensor> results) =>
        results.Any(value => value.ElementType.IsFloat() && value.ToFloats().Any(float.IsNaN))
        && graph.Nodes.Exists(node => node.Is("Softmax"));

    /// <summary>The graph with zeros for such rows.</summary>
    public static OnnxGraph AsZeros(OnnxGraph graph)
    {
        var copy = graph.Clone();
        var wires = NameScope.OfWires(copy);
        for (var i = copy.Nodes.Count - 1; i >= 0; i--)
        {
            var softmax = copy.Nodes[i];
            if (softmax.Is("Softmax"))
                copy.Nodes.InsertRange(i + 1, Zeroed(copy, wires, softmax));
        }

        return copy;
    }

    private static List<OnnxNode> Zeroed(OnnxGraph graph, NameScope wires, OnnxNode softmax)
    {
        string y = softmax.Outputs[0], weights = New("weights"), largest = New("largest"), hidden = New("hidden"), axis = New("axis"),
            lowest = New("lowest"), zero = New("zero");
        softmax.Outputs[0] = weights;
        graph.Initializers[axis] = OnnxTensor.Vector(softmax.Int("axis", -1));
        graph.Initializers[lowest] = OnnxTensor.Scalar(float.NegativeInfinity);
        graph.Initializers[zero] = OnnxTensor.Scalar(0f);
        return
        [
            Node("ReduceMax", largest, softmax.Inputs[0], axis),
            Node("Equal", hidden, largest, lowest),
            Node("Where", y, hidden, zero, weights),
        ];

        string New(string what) => wires.Unique($"{y}/{what}");

        OnnxNode Node(string opType, string output, params string[] inputs) =>
            new($"{output}/{opType}", opType) { Inputs = [.. inputs], Outputs = [output] };
    }
}
