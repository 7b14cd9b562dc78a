using System.Globalization;
using EdgeSeq.Quantize.Onnx.Proto;

namespace EdgeSeq.Quantize.Onnx.Reading;

/// <summary>
/// Nodes at the end of a classifier that turn its result into names: LabelEncoder and ZipMap of the ai.onnx.ml domain, and Gather or
/// ArrayFeatureExtractor on a stored list of names. The names become the labels of the output, and the graph ends before the node.
/// </summary>
internal static class LabelNodes
{
    /// <summary>Ops that pass names on as they are.</summary>
    private static readonly HashSet<string> Movements = ["Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Cast"];

    /// <summary>Takes the nodes out of the model.</summary>
    /// <returns>The names in the order of the classes; null where there are none, or the classes are not 0, 1, 2 and so on.</returns>
    public static string[]? Remove(ModelProto model)
    {
        string[]? names = null;
        foreach (var node in model.Graph.Node.ToList())
        {
            if (End.Of(node, model.Graph) is not { } end || !TryCut(model.Graph, node, end.Data))
                continue;
            names ??= end.Names;
        }

        return names;
    }

    /// <summary>Removes a node with what only passes its names on, if all of it ends in outputs.</summary>
    private static bool TryCut(GraphProto graph, NodeProto node, string data)
    {
        var removed = new List<NodeProto> { node };
        for (var i = 0; i < removed.Count; i++)
        {
            var readers = graph.Node.Where(reader => reader.Input.Intersect(removed[i].Output).Any()).ToArray();
            if (readers.Any(reader => !Movements.Contains(reader.OpType)))
                return false;
            removed.AddRange(readers.Except(removed));
        }

        var wires = removed.SelectMany(each => each.Output).ToHashSet();
        foreach (var each in removed)
            graph.Node.Remove(each);
        foreach (var output in graph.Output.Where(output => wires.Contains(output.Name)).ToList())
            graph.Output.Remove(output);
        if (graph.Output.All(output => output.Name != data) && (node.OpType == "ZipMap" || graph.Output.Count == 0))
            graph.Output.Add(new ValueInfoProto { Name = data });
        RemoveUnreadText(graph);
        return true;
    }

    private static void RemoveUnreadText(GraphProto graph)
    {
        var read = graph.Node.SelectMany(node => node.Input).ToHashSet();
        foreach (var text in graph.Initializer.Where(tensor => IsText(tensor) && !read.Contains(tensor.Name)).ToList())
            graph.Initializer.Remove(text);
        foreach (var text in graph.Node.Where(node => IsText(ConstantOf(node)) && !read.Contains(node.Output[0])).ToList())
            graph.Node.Remove(text);
    }

    private static TensorProto? ConstantOf(NodeProto node) =>
        node.OpType == "Constant" ? node.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T : null;

    private static bool IsText(TensorProto? tensor) => tensor?.DataType == (int)OnnxElementType.String;

    /// <param name="Data">The wire that is given out instead: the scores of the classes, or their number.</param>
    private sealed record End(string[]? Names, string Data)
    {
        public static End? Of(NodeProto node, GraphProto graph) => node.OpType switch
        {
            "ZipMap" when node.Input.Count == 1 => new End(ZipMapNames(node), node.Input[0]),
            "LabelEncoder" when node.Input.Count == 1 && EncoderNames(node) is { } names =>
                new End(InOrder(node, names), Scores(graph, node.Input[0])),
            "Gather" or "ArrayFeatureExtractor" when node.Input.Count == 2 && Text(graph, node.Input[0]) is { } names =>
                new End(names, Scores(graph, node.Input[1])),
            _ => null,
        };

        private static string[] ZipMapNames(NodeProto node) => Strings(node, "classlabels_strings") is { Length: > 0 } names
            ? names
            : [.. (Find(node, "classlabels_int64s")?.Ints ?? []).Select(key => key.ToString(CultureInfo.InvariantCulture))];

        private static string[]? EncoderNames(NodeProto node) =>
            Strings(node, "values_strings") ?? Strings(node, "classes_strings") ?? Texts(Find(node, "values_tensor")?.T);

        private static string[]? InOrder(NodeProto node, string[] names)
        {
            var keys = Find(node, "keys_int64s")?.Ints.Select(key => (double)key).ToArray()
                ?? Find(node, "keys_floats")?.Floats.Select(key => (double)key).ToArray()
                ?? Keys(Find(node, "keys_tensor")?.T);
            if (keys is null)
                return Find(node, "classes_strings") is null ? null : names;
            var texts = keys.Select(key => key.ToString(CultureInfo.InvariantCulture)).ToArray();
            return texts.Length == names.Length ? LabelText.InOrder([.. texts.Zip(names)]) : null;
        }

        private static double[]? Keys(TensorProto? tensor)
        {
            if (tensor is null || IsText(tensor) || tensor.DataLocation == TensorProto.Types.DataLocation.External)
                return null;
            using var none = new ExternalData("");
            return new TensorReader(none).Read(tensor, "the keys of a LabelEncoder").ToDoubles();
        }

        /// <summary>The scores whose largest a wire numbers, or the wire itself.</summary>
        private static string Scores(GraphProto graph, string wire)
        {
            var producer = graph.Node.FirstOrDefault(node => node.Output.Contains(wire));
            return producer?.OpType switch
            {
                "ArgMax" => producer.Input[0],
                "Identity" or "Cast" or "Squeeze" or "Reshape" => Scores(graph, producer.Input[0]) is var scores
                    && scores != producer.Input[0] ? scores : wire,
                _ => wire,
            };
        }

        private static string[]? Text(GraphProto graph, string wire) =>
            Texts(graph.Initializer.FirstOrDefault(tensor => tensor.Name == wire)
                ?? graph.Node.Where(node => node.Output.Contains(wire)).Select(ConstantOf).FirstOrDefault());

        private static string[]? Texts(TensorProto? tensor) => IsText(tensor) ? [.. tensor!.StringData.Select(text => text.ToStringUtf8())]
            : null;

        private static string[]? Strings(NodeProto node, string name) =>
            Find(node, name) is { Strings.Count: > 0 } attribute ? [.. attribute.Strings.Select(text => text.ToStringUtf8())] : null;

        private static AttributeProto? Find(NodeProto node, string name) =>
            node.Attribute.FirstOrDefault(attribute => attribute.Name == name);
    }
}
