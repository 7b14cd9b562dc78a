using EdgeSeq.Quantize.Onnx.Proto;
using Google.Protobuf;

namespace EdgeSeq.Fuzz.Tests.Mutation;

/// <summary>Changes a model field by field: what comes out is ONNX, but not a sound model.</summary>
internal static class OnnxMutations
{
    private static readonly long[] Numbers = [-1, 0, 1, 2, 3, 7, 16, 64, 1000, 65536, 1 << 20, int.MaxValue, -int.MaxValue, long.MaxValue,
        long.MinValue];

    private static readonly string[] Ops =
    [
        "LSTM", "GRU", "RNN", "Conv", "ConvTranspose", "MatMul", "Gemm", "Add", "Div", "Softmax", "Transpose", "Reshape", "Concat", "Split",
            "Slice", "Gather",
        "ScatterND", "OneHot", "Range", "Expand", "Tile", "ConstantOfShape", "Loop", "If", "Scan", "Einsum", "Resize", "Pad", "MaxPool",
            "TopK", "CumSum", "NonZero",
        "QuantizeLinear", "DequantizeLinear", "QLinearMatMul", "MatMulInteger", "Attention", "STFT", "DFT", "LayerNormalization",
            "Identity", "Shape", "Size", "Dream",
    ];

    private static readonly string[] Locations = ["/etc/passwd", "../secret.bin", "a/../../secret.bin", "link.bin", "data.bin", "", ".",
        "a\0b", "C:\\x", "//x"];

    public static byte[] Damage(byte[] sound, Random random)
    {
        var model = ModelProto.Parser.ParseFrom(sound);
        for (var count = random.Next(1, 4); count > 0; count--)
            DamageOnce(model, random);
        var bytes = model.ToByteArray();
        return random.Next(16) == 0 ? ByteMutations.Damage(bytes, random) : bytes;
    }

    private static void DamageOnce(ModelProto model, Random random)
    {
        var graph = AnyGraph(model.Graph, random);
        switch (random.Next(12))
        {
            case 0 when graph.Node.Count > 0:
                Any(graph.Node, random).OpType = Any(Ops, random);
                break;
            case 1 when graph.Node.Count > 1:
                SwapInputs(Any(graph.Node, random), Any(graph.Node, random), random);
                break;
            case 2 when graph.Node.Count > 0:
                graph.Node.RemoveAt(random.Next(graph.Node.Count));
                break;
            case 3 when graph.Node.Count > 0:
                graph.Node.Insert(random.Next(graph.Node.Count), Any(graph.Node, random).Clone());
                break;
            case 4 when graph.Node.Count > 1:
                CloseCycle(Any(graph.Node, random), Any(graph.Node, random));
                break;
            case 5 when graph.Node.Any(node => node.Attribute.Count > 0):
                ChangeAttribute(Any([.. graph.Node.Where(node => node.Attribute.Count > 0)], random), random);
                break;
            case 6 when graph.Initializer.Count > 0:
                ChangeTensor(Any(graph.Initializer, random), random);
                break;
            case 7 when graph.Input.Count + graph.Output.Count > 0:
                ChangeValue(Any([.. graph.Input, .. graph.Output], random), random);
                break;
            case 8 when graph.Node.Count > 0:
                Nest(graph, Any(graph.Node, random), random.Next(1, 60));
                break;
            case 9:
                AddFunction(model, graph, random);
                break;
            case 10 when model.OpsetImport.Count > 0:
                Any(model.OpsetImport, random).Version = random.Next(3) == 0 ? Any(Numbers, random) : random.Next(7, 26);
                break;
            default:
                Rename(graph, random);
                break;
        }
    }

    /// <summary>The model's graph or one inside it.</summary>
    private static GraphProto AnyGraph(GraphProto graph, Random random)
    {
        GraphProto[] inner = [.. graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.G is not null)
            .Select(attribute => attribute.G)];
        return inner.Length > 0 && random.Next(2) == 0 ? AnyGraph(Any(inner, random), random) : graph;
    }

    private static void SwapInputs(NodeProto first, NodeProto second, Random random)
    {
        if (first.Input.Count == 0 || second.Input.Count == 0)
            return;
        var (i, j) = (random.Next(first.Input.Count), random.Next(second.Input.Count));
        (first.Input[i], second.Input[j]) = (second.Input[j], first.Input[i]);
    }

    private static void CloseCycle(NodeProto early, NodeProto late)
    {
        if (early.Input.Count > 0 && late.Output.Count > 0)
            early.Input[0] = late.Output[0];
    }

    private static void ChangeAttribute(NodeProto node, Random random)
    {
        var attribute = Any(node.Attribute, random);
        switch (random.Next(6))
        {
            case 0:
                node.Attribute.Remove(attribute);
                break;
            case 1:
                attribute.Type = (AttributeProto.Types.AttributeType)random.Next(0, 16);
                break;
            case 2 when attribute.Ints.Count > 0:
                attribute.Ints[random.Next(attribute.Ints.Count)] = Any(Numbers, random);
                break;
            case 3 when attribute.Ints.Count > 0:
                attribute.Ints.Add(attribute.Ints[0]);
                break;
            case 4 when attribute.T is not null:
                ChangeTensor(attribute.T, random);
                break;
            default:
                attribute.I = Any(Numbers, random);
                attribute.F = Any([0, -1, float.NaN, float.PositiveInfinity, 1e30f], random);
                attribute.S = ByteString.CopyFromUtf8(Any(["", "reverse", "bidirectional", "SAME_UPPER", "Dream"], random));
                break;
        }
    }

    private static void ChangeTensor(TensorProto tensor, Random random)
    {
        switch (random.Next(6))
        {
            case 0 when tensor.Dims.Count > 0:
                tensor.Dims[random.Next(tensor.Dims.Count)] = Any(Numbers, random);
                break;
            case 1:
                tensor.Dims.Add(Any(Numbers, random));
                break;
            case 2:
                tensor.DataType = random.Next(-1, 26);
                break;
            case 3:
                tensor.RawData = ByteString.CopyFrom(ByteMutations.Damage(tensor.RawData.ToByteArray(), random));
                break;
            case 4:
                tensor.DataLocation = TensorProto.Types.DataLocation.External;
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = Any(Locations, random) });
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{Any(Numbers, random)}" });
                break;
            default:
                tensor.RawData = ByteString.Empty;
                break;
        }
    }

    private static void ChangeValue(ValueInfoProto value, Random random)
    {
        var dims = value.Type?.TensorType?.Shape?.Dim;
        switch (random.Next(4))
        {
            case 0 when dims is { Count: > 0 }:
                dims[random.Next(dims.Count)] = new TensorShapeProto.Types.Dimension { DimValue = Any(Numbers, random) };
                break;
            case 1 when dims is not null:
                dims.Add(new TensorShapeProto.Types.Dimension { DimParam = "time" });
                break;
            case 2 when dims is { Count: > 0 }:
                dims.RemoveAt(dims.Count - 1);
                break;
            default:
                if (value.Type?.TensorType is { } type)
                    type.ElemType = random.Next(-1, 26);
                break;
        }
    }

    /// <summary>Puts a node into a branch within a branch, many times.</summary>
    private static void Nest(GraphProto graph, NodeProto node, int depth)
    {
        var inner = new GraphProto { Name = "deep", Node = { node.Clone() } };
        inner.Output.Add(node.Output.Where(output => output.Length > 0).Take(1).Select(output => new ValueInfoProto { Name = output }));
        for (var i = 0; i < depth; i++)
        {
            var branch = new NodeProto { OpType = "If", Input = { "condition" } };
            branch.Attribute.Add(new AttributeProto { Name = "then_branch", Type = AttributeProto.Types.AttributeType.Graph, G = inner });
            branch.Attribute.Add(new AttributeProto
            {
                Name = "else_branch",
                Type = AttributeProto.Types.AttributeType.Graph,
                G = new GraphProto { Name = "else" }
            });
            branch.Output.Add($"deep_{i}");
            inner = new GraphProto { Name = "deep", Node = { branch }, Output = { new ValueInfoProto { Name = $"deep_{i}" } } };
        }

        graph.Node.Add(inner.Node);
    }

    /// <summary>A function that calls itself, or calls the next many times over.</summary>
    private static void AddFunction(ModelProto model, GraphProto graph, Random random)
    {
        var levels = random.Next(1, 5);
        for (var level = 0; level < levels; level++)
        {
            var next = level == levels - 1 && random.Next(2) == 0 ? "F0" : $"F{level + 1}";
            var function = new FunctionProto { Name = $"F{level}", Domain = "fuzz", Input = { "x" }, Output = { "y" } };
            for (var call = 0; call < random.Next(1, 40); call++)
            {
                function.Node.Add(new NodeProto
                {
                    OpType = next,
                    Domain = "fuzz",
                    Input = { "x" },
                    Output = { call == 0 ? "y" : $"y{call}" }
                });
            }

            model.Functions.Add(function);
        }

        graph.Node.Add(new NodeProto
        {
            OpType = "F0",
            Domain = "fuzz",
            Input = { graph.Input.FirstOrDefault()?.Name ?? "x" },
            Output = { "from_function" }
        });
    }

    private static void Rename(GraphProto graph, Random random)
    {
        if (graph.Node.Count == 0)
            return;
        var node = Any(graph.Node, random);
        if (node.Output.Count > 0)
            node.Output[0] = Any([.. graph.Input.Select(input => input.Name), .. graph.Node.SelectMany(other => other.Input), ""], random);
    }

    private static T Any<T>(IReadOnlyList<T> items, Random random) => items[random.Next(items.Count)];
}
