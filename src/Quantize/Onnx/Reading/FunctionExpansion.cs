using EdgeSeq.Quantize.Onnx.Proto;
using Google.Protobuf.Collections;

namespace EdgeSeq.Quantize.Onnx.Reading;

/// <summary>
/// One call of a model's function: gives the function's nodes with the caller's wires and attribute values put in and every wire of
/// the body renamed to one that is free in the model.
/// </summary>
internal sealed class FunctionExpansion
{
    private readonly FunctionProto _function;
    private readonly NodeProto _call;
    private readonly string _prefix;
    private readonly NameScope _wires;
    private readonly Dictionary<string, string> _renamed = [];
    private readonly Dictionary<string, AttributeProto> _arguments = [];

    public FunctionExpansion(FunctionProto function, NodeProto call, string prefix, NameScope wires)
    {
        _function = function;
        _call = call;
        _prefix = prefix;
        _wires = wires;
        for (var i = 0; i < function.Output.Count && i < call.Output.Count; i++)
        {
            if (call.Output[i].Length > 0)
                _renamed[function.Output[i]] = call.Output[i];
        }

        for (var i = 0; i < function.Input.Count; i++)
            _renamed[function.Input[i]] = i < call.Input.Count ? call.Input[i] : "";
        foreach (var attribute in function.AttributeProto)
            _arguments[attribute.Name] = attribute;
        foreach (var attribute in call.Attribute)
            _arguments[attribute.Name] = attribute;
    }

    public IEnumerable<NodeProto> Nodes() => _function.Node.Select(Substitute).Concat(PassedThrough());

    /// <summary>An output of the function that is one of its inputs needs a node to carry the value to the caller's wire.</summary>
    private IEnumerable<NodeProto> PassedThrough()
    {
        for (var i = 0; i < _function.Output.Count && i < _call.Output.Count; i++)
        {
            if (_function.Input.Contains(_function.Output[i]) && _call.Output[i].Length > 0)
                yield return new NodeProto { OpType = "Identity", Input = { Rename(_function.Output[i]) }, Output = { _call.Output[i] } };
        }
    }

    private NodeProto Substitute(NodeProto node)
    {
        var copy = node.Clone();
        copy.Name = copy.Name.Length == 0 ? "" : $"{_prefix}/{copy.Name}";
        RenameAll(copy.Input);
        RenameAll(copy.Output);
        var attributes = copy.Attribute.Select(Substitute).OfType<AttributeProto>().ToList();
        copy.Attribute.Clear();
        copy.Attribute.Add(attributes);
        return copy;
    }

    /// <summary>Null when the attribute refers to one that the call leaves out and that has no default.</summary>
    private AttributeProto? Substitute(AttributeProto attribute)
    {
        if (attribute.RefAttrName.Length > 0)
        {
            if (!_arguments.TryGetValue(attribute.RefAttrName, out var argument))
                return null;
            var value = argument.Clone();
            value.Name = attribute.Name;
            return value;
        }

        if (attribute.G is { } graph)
            Substitute(graph);
        return attribute;
    }

    private void Substitute(GraphProto graph)
    {
        foreach (var input in graph.Input)
            input.Name = Rename(input.Name);
        foreach (var output in graph.Output)
            output.Name = Rename(output.Name);
        foreach (var initializer in graph.Initializer)
            initializer.Name = Rename(initializer.Name);
        var nodes = graph.Node.Select(Substitute).ToList();
        graph.Node.Clear();
        graph.Node.Add(nodes);
    }

    private void RenameAll(RepeatedField<string> wires)
    {
        for (var i = 0; i < wires.Count; i++)
            wires[i] = Rename(wires[i]);
    }

    private string Rename(string wire)
    {
        if (wire.Length == 0)
            return wire;
        if (!_renamed.TryGetValue(wire, out var name))
            _renamed[wire] = name = _wires.Unique($"{_prefix}/{wire}");
        return name;
    }
}
