using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx.Reading;

/// <summary>
/// Reads a model's graph into our own form: functions expanded, Constant nodes turned into initializers, nodes named and sorted,
/// every wire checked to be defined once.
/// </summary>
internal sealed class GraphReader
{
    private const int MaxNodes = 200_000;
    private const int MaxFunctionDepth = 100;

    private readonly ModelProto _model;
    private readonly TensorReader _tensors;
    private readonly Dictionary<(string Domain, string Name, string Overload), FunctionProto> _functions = [];
    private readonly NameScope _nodeNames = new();
    private readonly NameScope _wireNames = new();
    private int _nodeCount;
    private int _functionDepth;

    /// <summary>The standard operator set of the function being expanded; 0 outside functions.</summary>
    private long _functionOpset;

    public GraphReader(ModelProto model, TensorReader tensors)
    {
        _model = model;
        _tensors = tensors;
        foreach (var function in model.Functions)
            _functions[(Domain(function.Domain), function.Name, function.Overload)] = function;
        TakeWireNames(model.Graph);
    }

    public static bool IsStandardDomain(string domain) => domain is "" or "ai.onnx";

    public OnnxGraph Read()
    {
        var graph = new OnnxGraph(_model.Graph.Name);
        AddOpsets(graph, _model.OpsetImport);
        return Fill(graph, _model.Graph);
    }

    private static string Domain(string domain) => IsStandardDomain(domain) ? "" : domain;

    private void TakeWireNames(GraphProto graph)
    {
        foreach (var value in graph.Input)
            _wireNames.Take(value.Name);
        foreach (var initializer in graph.Initializer)
            _wireNames.Take(initializer.Name);
        foreach (var node in graph.Node)
        {
            foreach (var output in node.Output)
                _wireNames.Take(output);
            foreach (var attribute in node.Attribute.Where(attribute => attribute.G is not null))
                TakeWireNames(attribute.G);
        }
    }

    private OnnxGraph Fill(OnnxGraph graph, GraphProto proto)
    {
        foreach (var sparse in proto.SparseInitializer)
        {
            var name = sparse.Values?.Name ?? throw Invalid("a sparse tensor has no values");
            if (!graph.Initializers.TryAdd(name, SparseTensor.Read(sparse, _tensors, $"tensor '{name}'")))
                throw Invalid($"tensor '{name}' is stored twice");
        }

        foreach (var initializer in proto.Initializer)
        {
            if (!graph.Initializers.TryAdd(initializer.Name, _tensors.Read(initializer, $"tensor '{initializer.Name}'")))
                throw Invalid($"tensor '{initializer.Name}' is stored twice");
        }

        // Old files also list initializers as inputs (their default values); they are constants all the same.
        var inputs = proto.Input.Where(input => !graph.Initializers.ContainsKey(input.Name));
        graph.Inputs.AddRange(inputs.Select(input => ReadValue(input, graph)));
        ReadNodes(graph, proto.Node);
        graph.Outputs.AddRange(proto.Output.Select(output => ReadValue(output, graph)));
        GraphOrder.Sort(graph);
        return graph;
    }

    private void ReadNodes(OnnxGraph graph, IEnumerable<NodeProto> nodes)
    {
        foreach (var node in nodes)
        {
            if (++_nodeCount > MaxNodes)
                throw new EdgeSeqException(ErrorCodes.OnnxTooLarge, $"the model has more than {MaxNodes} nodes");
            if (_functions.TryGetValue((Domain(node.Domain), node.OpType, node.Overload), out var function))
                Expand(graph, node, function);
            else
                ReadNode(graph, node);
        }
    }

    private void Expand(OnnxGraph graph, NodeProto call, FunctionProto function)
    {
        if (++_functionDepth > MaxFunctionDepth)
            throw Invalid($"function '{function.Name}' calls itself");
        var callersOpset = _functionOpset;
        _functionOpset = function.OpsetImport.FirstOrDefault(import => IsStandardDomain(import.Domain))?.Version ?? callersOpset;
        AddOpsets(graph, function.OpsetImport);
        var prefix = _nodeNames.Unique(NameOf(call));
        ReadNodes(graph, new FunctionExpansion(function, call, prefix, _wireNames).Nodes());
        _functionOpset = callersOpset;
        _functionDepth--;
    }

    private static void AddOpsets(OnnxGraph graph, IEnumerable<OperatorSetIdProto> imports)
    {
        foreach (var import in imports)
            graph.Opsets.TryAdd(Domain(import.Domain), import.Version);
    }

    private void ReadNode(OnnxGraph graph, NodeProto proto)
    {
        var node = new OnnxNode(_nodeNames.Unique(NameOf(proto)), proto.OpType, Domain(proto.Domain))
        {
            Opset = _functionOpset,
            Inputs = [.. proto.Input],
            Outputs = [.. proto.Output],
        };
        if (node.Is("Constant"))
        {
            AddConstant(graph, node, proto);
            return;
        }

        foreach (var attribute in proto.Attribute)
            node.Attributes[attribute.Name] = ReadAttribute(graph, node, attribute);
        graph.Nodes.Add(node);
    }

    private static string NameOf(NodeProto node) =>
        node.Name.Length > 0 ? node.Name : $"{node.OpType}_{node.Output.FirstOrDefault(output => output.Length > 0) ?? "unused"}";

    private void AddConstant(OnnxGraph graph, OnnxNode node, NodeProto proto)
    {
        if (node.Outputs.Count != 1 || proto.Attribute.Count != 1)
            throw Invalid($"{node} must have one output and one value");
        var value = ReadAttribute(graph, node, proto.Attribute[0]) switch
        {
            OnnxAttribute.Tensor tensor => tensor.Value,
            OnnxAttribute.Float number => OnnxTensor.Scalar(number.Value),
            OnnxAttribute.Int number => OnnxTensor.Scalar(number.Value),
            OnnxAttribute.Floats list => OnnxTensor.FromFloats([.. list.Values], list.Values.Count),
            OnnxAttribute.Ints list => OnnxTensor.Vector([.. list.Values]),
            _ => throw new EdgeSeqException(ErrorCodes.UnsupportedElementType, $"{node} holds something else than numbers"),
        };
        if (!graph.Initializers.TryAdd(node.Outputs[0], value))
            throw Invalid($"wire '{node.Outputs[0]}' is defined twice");
    }

    private OnnxAttribute ReadAttribute(OnnxGraph graph, OnnxNode node, AttributeProto attribute)
    {
        switch (attribute.Type)
        {
            case AttributeProto.Types.AttributeType.Float:
                return attribute.F;
            case AttributeProto.Types.AttributeType.Int:
                return attribute.I;
            case AttributeProto.Types.AttributeType.String:
                return attribute.S.ToStringUtf8();
            case AttributeProto.Types.AttributeType.Floats:
                return attribute.Floats.ToArray();
            case AttributeProto.Types.AttributeType.Ints:
                return attribute.Ints.ToArray();
            case AttributeProto.Types.AttributeType.Strings:
                return attribute.Strings.Select(text => text.ToStringUtf8()).ToArray();
            case AttributeProto.Types.AttributeType.Tensor when attribute.T is not null:
                return _tensors.Read(attribute.T, $"attribute '{attribute.Name}' of {node}");
            case AttributeProto.Types.AttributeType.Graph when attribute.G is not null:
                return Fill(new OnnxGraph(attribute.G.Name, graph), attribute.G);
            case AttributeProto.Types.AttributeType.Undefined:
            case AttributeProto.Types.AttributeType.Tensor:
            case AttributeProto.Types.AttributeType.Graph:
                throw Invalid($"{node} has attribute '{attribute.Name}' without a value");
            default:
                throw new EdgeSeqException(
                    ErrorCodes.UnsupportedOnnxFeature, $"{node} has attribute '{attribute.Name}' of the unsupported kind {attribute.Type}");
        }
    }

    private static OnnxValue ReadValue(ValueInfoProto value, OnnxGraph graph)
    {
        if (value.Type?.TensorType is { } tensor)
        {
            var dims = tensor.Shape?.Dim.Select(dim => ReadDimension(dim, value.Name)).ToList();
            return new OnnxValue(value.Name, (OnnxElementType)tensor.ElemType, dims);
        }

        // A subgraph's inputs and outputs need no types: they follow from the node that runs it.
        var kind = value.Type?.ValueCase ?? TypeProto.ValueOneofCase.None;
        return kind == TypeProto.ValueOneofCase.None || graph.Outer is not null
            ? new OnnxValue(value.Name, OnnxElementType.Undefined, null)
            : throw new EdgeSeqException(
                ErrorCodes.UnsupportedOnnxFeature, $"'{value.Name}' of graph '{graph.Name}' is not a tensor ({kind})");
    }

    private static OnnxDimension ReadDimension(TensorShapeProto.Types.Dimension dim, string wire) => dim.ValueCase switch
    {
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue => dim.DimValue >= 0
            ? dim.DimValue
            : throw Invalid($"'{wire}' has a dimension of size {dim.DimValue}"),
        TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam when dim.DimParam.Length > 0 => dim.DimParam,
        _ => OnnxDimension.Unknown,
    };

    private static EdgeSeqException Invalid(string message) => new(ErrorCodes.OnnxGraphInvalid, message);
}
