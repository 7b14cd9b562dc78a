using System.Text.RegularExpressions;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Decomposition;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// Inputs that tell how many elements of a sequence count (sequence_lens, lengths of packed sequences). In a stream every sequence is as
/// long as what has come, so the length of the sequence takes their place, whatever the graph does with them.
/// </summary>
internal static partial class SequenceLengths
{
    private const int LstmLengths = 4, ReverseLengths = 1;

    /// <summary>Their names: whole numbers, one a sequence, which are called lengths or used as such.</summary>
    public static IReadOnlyList<string> Find(OnnxGraph graph) =>
    [
        .. graph.Inputs.Where(input => input.ElementType is OnnxElementType.Int32 or OnnxElementType.Int64
            && input.Dims is { } dims && dims.All(dim => dim.Size is null or 1) && dims.Count(dim => dim.Size is null) <= 1
            && graph.Inputs.Count > 1 && (LengthName().IsMatch(input.Name) || CountsElements(graph, input.Name)))
            .Select(input => input.Name),
    ];

    /// <summary>The graph with the length along the time axes in their place; the graph itself where there are none.</summary>
    public static OnnxGraph Bind(OnnxGraph graph, IReadOnlyDictionary<string, int> timeAxes)
    {
        var lengths = Find(graph).Where(name => !timeAxes.ContainsKey(name)).ToArray();
        if (lengths.Length == 0)
            return graph;

        var bound = graph.Clone();
        var wires = NameScope.OfWires(bound);
        var (sequence, axis) = timeAxes.First();
        foreach (var name in lengths)
        {
            var input = bound.Inputs.First(each => each.Name == name);
            string Constant(OnnxTensor tensor)
            {
                var wire = wires.Unique($"{name}/constant");
                bound.Initializers[wire] = tensor;
                return wire;
            }

            OnnxNode Node(string opType, string output, params string[] inputs) =>
                new($"{name}/{opType}", opType) { Inputs = [.. inputs], Outputs = [output] };
            string shape = wires.Unique($"{name}/shape"), length = wires.Unique($"{name}/length"), all = wires.Unique($"{name}/all");
            var cast = Node("Cast", name, all);
            cast.Attributes["to"] = (long)input.ElementType;
            bound.Nodes.InsertRange(0, [Node("Shape", shape, sequence),
                Node("Gather", length, shape, Constant(OnnxTensor.Scalar((long)axis))),
                Node("Expand", all, length, Constant(OnnxTensor.Vector([.. input.Dims!.Select(_ => 1L)]))), cast]);
            bound.Inputs.Remove(input);
        }

        return Simplification.Of(bound);
    }

    /// <summary>Whether what comes of an input is the lengths of a recurrent layer or a reversal, or one less picks an element.</summary>
    private static bool CountsElements(OnnxGraph graph, string input)
    {
        HashSet<string> lengths = [input], last = [];
        foreach (var node in graph.Nodes)
        {
            bool Reads(int at, HashSet<string> wires) => node.Input(at) is { } wire && wires.Contains(wire);
            switch (node.OpType)
            {
                case "LSTM" or "GRU" or "RNN" when Reads(LstmLengths, lengths):
                case "ReverseSequence" when Reads(ReverseLengths, lengths):
                case "Gather" or "GatherElements" or "GatherND" when Reads(1, last):
                    return true;
                case "Cast" or "Squeeze" or "Unsqueeze" or "Reshape" or "Expand" or "TopK" or "Identity":
                    (Reads(0, lengths) ? lengths : Reads(0, last) ? last : []).UnionWith(node.Outputs.Take(1));
                    break;
                case "Sub" when Reads(0, lengths) && IsOne(graph, node.Input(1), 1):
                case "Add" when Reads(0, lengths) && IsOne(graph, node.Input(1), -1):
                    last.UnionWith(node.Outputs);
                    break;
            }
        }

        return false;
    }

    private static bool IsOne(OnnxGraph graph, string? wire, long one) =>
        wire is not null && graph.Initializers.TryGetValue(wire, out var tensor) && tensor.Count == 1 && tensor.ToDoubles()[0] == one;

    [GeneratedRegex(@"(^|[_\W])(seq|seqs|sequence|input|x)?[_\W]?len(s|gth|gths)?($|[_\W\d])", RegexOptions.IgnoreCase)]
    private static partial Regex LengthName();
}
