using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>The graph whose nodes are written out, with the types of its wires and the names that are taken.</summary>
internal sealed class PartsScope(OnnxGraph graph, IReadOnlyDictionary<string, OnnxValue> types)
{
    /// <summary>Sizes that open dimensions are tried with; prime, so that none is another's multiple.</summary>
    private static readonly int[] TrialSizes = [7, 11];

    public OnnxGraph Graph { get; } = graph;

    public NameScope Wires { get; } = NameScope.OfWires(graph);

    public NameScope Nodes { get; } = NameScope.OfNodes(graph);

    public OnnxValue? TypeOf(string wire) => types.GetValueOrDefault(wire);

    /// <summary>The size of an axis by running the graph at two sizes of its open dimensions; null where it differs, or the graph does not
    /// run.</summary>
    public long? FixedSize(string wire, int axis)
    {
        try
        {
            long[] sizes = [.. TrialSizes.Select(size => SizeAt(wire, axis, size)).Distinct()];
            return sizes is [var only] ? only : null;
        }
        catch (EdgeSeqException)
        {
            return null;
        }
    }

    private long SizeAt(string wire, int axis, int open)
    {
        // A first axis that is open is mostly the batch.
        var inputs = Graph.Inputs.ToDictionary(input => input.Name, input => OnnxTensor.Filled(input.ElementType,
            [.. (input.Dims ?? []).Select((dim, i) => dim.Size ?? (i == 0 && input.Dims!.Count > 1 ? 1 : open))], 0));
        var dims = OrtEvaluator.Evaluate(Graph, inputs, [wire])[wire].Dims;
        return dims[axis < 0 ? axis + dims.Count : axis];
    }
}
