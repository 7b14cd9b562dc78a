using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Runtime.Errors;
using Google.Protobuf;

namespace EdgeSeq.Quantize.Onnx.Writing;

/// <summary>Writes a graph as an ordinary ONNX model that ONNX Runtime and viewers can open.</summary>
public static class OnnxWriter
{
    private const long IrVersion = 10;

    /// <param name="metadata">What the model says of itself, by key.</param>
    /// <exception cref="EdgeSeqException">ES0207: the model would exceed the 2 GB that one file can hold.</exception>
    public static byte[] ToBytes(OnnxGraph graph, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var model = ToProto(graph);
        model.MetadataProps.Add((metadata ?? new Dictionary<string, string>())
            .Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
        return ToBytes(model);
    }

    /// <summary>Writes a model to a file.</summary>
    /// <exception cref="EdgeSeqException">ES0207, ES0603.</exception>
    public static void Save(OnnxGraph graph, string path) => OutputFile.Write(path, ToBytes(graph));

    internal static byte[] ToBytes(ModelProto model)
    {
        // The size is computed in 32 bits, so it is estimated from the tensors first.
        var tensorBytes = model.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length);
        return tensorBytes < int.MaxValue - (64 << 20)
            ? model.ToByteArray()
            : throw new EdgeSeqException(ErrorCodes.OnnxTooLarge, $"a model with {tensorBytes} bytes of tensors does not fit one file");
    }

    internal static ModelProto ToProto(OnnxGraph graph)
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "edgeseq", Graph = ToGraphProto(graph) };
        foreach (var (domain, version) in graph.Opsets)
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = version });
        return model;
    }

    internal static ValueInfoProto ToProto(OnnxValue value)
    {
        var proto = new ValueInfoProto { Name = value.Name };
        if (value.ElementType == OnnxElementType.Undefined)
            return proto;
        proto.Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)value.ElementType } };
        if (value.Dims is null)
            return proto;
        proto.Type.TensorType.Shape = new TensorShapeProto();
        proto.Type.TensorType.Shape.Dim.Add(value.Dims.Select(ToProto));
        return proto;
    }

    private static TensorShapeProto.Types.Dimension ToProto(OnnxDimension dim)
    {
        var proto = new TensorShapeProto.Types.Dimension();
        if (dim.Size is { } size)
            proto.DimValue = size;
        else if (dim.Symbol is { } symbol)
            proto.DimParam = symbol;
        return proto;
    }

    private static GraphProto ToGraphProto(OnnxGraph graph)
    {
        var proto = new GraphProto { Name = graph.Name.Length > 0 ? graph.Name : "graph" };
        proto.Input.Add(graph.Inputs.Select(ToProto));
        proto.Output.Add(graph.Outputs.Select(ToProto));
        proto.Initializer.Add(graph.Initializers.Select(pair => ToProto(pair.Value, pair.Key)));
        proto.Node.Add(graph.Nodes.Select(ToProto));
        return proto;
    }

    private static NodeProto ToProto(OnnxNode node)
    {
        var proto = new NodeProto { Name = node.Name, OpType = node.OpType, Domain = node.Domain };
        proto.Input.Add(node.Inputs);
        proto.Output.Add(node.Outputs);
        proto.Attribute.Add(node.Attributes.Select(pair => ToProto(pair.Key, pair.Value)));
        return proto;
    }

    private static AttributeProto ToProto(string name, OnnxAttribute attribute)
    {
        var proto = new AttributeProto { Name = name };
        switch (attribute)
        {
            case OnnxAttribute.Int value:
                proto.Type = AttributeProto.Types.AttributeType.Int;
                proto.I = value.Value;
                break;
            case OnnxAttribute.Float value:
                proto.Type = AttributeProto.Types.AttributeType.Float;
                proto.F = value.Value;
                break;
            case OnnxAttribute.String value:
                proto.Type = AttributeProto.Types.AttributeType.String;
                proto.S = ByteString.CopyFromUtf8(value.Value);
                break;
            case OnnxAttribute.Ints list:
                proto.Type = AttributeProto.Types.AttributeType.Ints;
                proto.Ints.Add(list.Values);
                break;
            case OnnxAttribute.Floats list:
                proto.Type = AttributeProto.Types.AttributeType.Floats;
                proto.Floats.Add(list.Values);
                break;
            case OnnxAttribute.Strings list:
                proto.Type = AttributeProto.Types.AttributeType.Strings;
                proto.Strings.Add(list.Values.Select(ByteString.CopyFromUtf8));
                break;
            case OnnxAttribute.Tensor tensor:
                proto.Type = AttributeProto.Types.AttributeType.Tensor;
                proto.T = ToProto(tensor.Value, name);
                break;
            case OnnxAttribute.Graph graph:
                proto.Type = AttributeProto.Types.AttributeType.Graph;
                proto.G = ToGraphProto(graph.Value);
                break;
        }

        return proto;
    }

    private static TensorProto ToProto(OnnxTensor tensor, string name)
    {
        var proto = new TensorProto
        {
            Name = name,
            DataType = (int)tensor.ElementType,
            RawData = UnsafeByteOperations.UnsafeWrap(tensor.Bytes),
        };
        proto.Dims.Add(tensor.Dims);
        return proto;
    }
}
