using System.Globalization;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>Replaces an input by a constant.</summary>
internal static class InputSubstitution
{
    /// <param name="text">One number, or a comma list that is broadcast to the input's shape.</param>
    public static void Apply(OnnxGraph graph, string name, string text)
    {
        var input = graph.Inputs.Find(each => each.Name == name) ?? throw NoInput(graph, name);
        if (input.Dims is null)
            throw Invalid(input, "its shape is not known");
        var values = Parse(input, text);
        graph.Inputs.Remove(input);
        if (input.StaticDims is { } dims)
            graph.Initializers[name] = Broadcast(input, values, dims);
        else
            ExpandToOpenShape(graph, input, values);
    }

    public static EdgeSeqException NoInput(OnnxGraph graph, string name) => new(
        ErrorCodes.InputValueInvalid,
        $"the model has no input '{name}'",
        $"its inputs are {string.Join(", ", graph.Inputs.Select(input => $"'{input.Name}'"))}");

    /// <summary>A vector of the input's type.</summary>
    private static OnnxTensor Parse(OnnxValue input, string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (input.ElementType.IsInteger())
        {
            var integers = Array.ConvertAll(parts, part => long.TryParse(part, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw Invalid(input, $"'{part}' is not an integer"));
            return OnnxTensor.Vector(integers).Cast(input.ElementType);
        }

        var numbers = Array.ConvertAll(parts, part => ParseNumber(input, part));
        return ElementConversion.FromDoubles(input.ElementType, [numbers.Length], numbers);
    }

    private static double ParseNumber(OnnxValue input, string part)
    {
        if (input.ElementType == OnnxElementType.Bool && bool.TryParse(part, out var truth))
            return truth ? 1 : 0;
        return double.TryParse(part, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Invalid(input, $"'{part}' is not a number");
    }

    /// <summary>One value fills the shape; a list fills its last dimension or all of it.</summary>
    private static OnnxTensor Broadcast(OnnxValue input, OnnxTensor values, long[] dims)
    {
        if (!OnnxShape.TryCount(dims, out var count) || input.ElementType.ByteLength(count) > ConstantNodes.MaxTensorBytes)
            throw Invalid(input, "its shape is too large");
        if (values.Count != count && values.Count != 1 && (dims.Length == 0 || values.Count != dims[^1]))
            throw Invalid(input, $"{values.Count} values do not fill its shape");
        var bytes = new byte[input.ElementType.ByteLength(count)];
        for (var offset = 0; offset < bytes.Length; offset += values.Bytes.Length)
            values.Bytes.CopyTo(bytes.AsMemory(offset));
        return new OnnxTensor(input.ElementType, dims, bytes);
    }

    /// <summary>Takes the open dimensions from other inputs that have dimensions of the same names.</summary>
    private static void ExpandToOpenShape(OnnxGraph graph, OnnxValue input, OnnxTensor values)
    {
        if (values.Count != 1 && input.Dims![^1].Size != values.Count)
            throw Invalid(input, $"{values.Count} values do not fill its shape");
        var wires = NameScope.OfWires(graph);
        var nodes = NameScope.OfNodes(graph);
        var nodesToAdd = new List<OnnxNode>();
        var parts = input.Dims!.Select((dim, i) =>
        {
            var wire = wires.Unique($"{input.Name}/size_{i}");
            if (dim.Size is { } size)
                graph.Initializers[wire] = OnnxTensor.Vector(size);
            else
                nodesToAdd.Add(SizeOf(graph, input, dim, nodes.Unique(wire), wire));
            return wire;
        }).ToList();

        var shape = wires.Unique($"{input.Name}/shape");
        var value = wires.Unique($"{input.Name}/value");
        graph.Initializers[value] = values;
        nodesToAdd.Add(new OnnxNode(nodes.Unique(shape), "Concat") { Inputs = parts, Outputs = [shape], Attributes = { ["axis"] = 0 } });
        nodesToAdd.Add(new OnnxNode(nodes.Unique($"{input.Name}/expand"), "Expand") { Inputs = [value, shape], Outputs = [input.Name] });
        graph.Nodes.InsertRange(0, nodesToAdd);
    }

    private static OnnxNode SizeOf(OnnxGraph graph, OnnxValue input, OnnxDimension dim, string name, string wire)
    {
        foreach (var other in graph.Inputs.Where(other => dim.Symbol is not null && other.Dims is not null))
        {
            var axis = other.Dims!.ToList().IndexOf(dim);
            if (axis >= 0)
            {
                return new OnnxNode(name, "Shape")
                {
                    Inputs = [other.Name],
                    Outputs = [wire],
                    Attributes = { ["start"] = axis, ["end"] = axis + 1 },
                };
            }
        }

        throw Invalid(input, $"no other input tells the size of its dimension '{dim}'");
    }

    private static EdgeSeqException Invalid(OnnxValue input, string reason) =>
        new(ErrorCodes.InputValueInvalid, $"the value given for '{input}' cannot be used: {reason}");
}
