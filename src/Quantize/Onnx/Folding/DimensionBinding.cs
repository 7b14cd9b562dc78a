using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>Gives open dimensions of the inputs their sizes.</summary>
internal static class DimensionBinding
{
    public static void Apply(OnnxGraph graph, FoldOptions options)
    {
        var sizes = new Dictionary<string, long>(options.Dimensions);
        foreach (var (name, shape) in options.Shapes)
            BindShape(graph, name, shape, sizes);
        Replace(graph.Inputs, sizes);
        Replace(graph.Outputs, sizes);
    }

    private static void BindShape(OnnxGraph graph, string name, IReadOnlyList<long> shape, Dictionary<string, long> sizes)
    {
        var index = graph.Inputs.FindIndex(input => input.Name == name);
        if (index < 0)
            throw InputSubstitution.NoInput(graph, name);
        var input = graph.Inputs[index];
        if (input.Dims is not null && input.Dims.Count != shape.Count)
            throw DoesNotFit(input, shape);
        for (var i = 0; i < shape.Count; i++)
        {
            var dim = input.Dims?[i] ?? OnnxDimension.Unknown;
            var known = dim.Size ?? (dim.Symbol is { } symbol && sizes.TryGetValue(symbol, out var size) ? size : null);
            if (shape[i] < 0 || (known is not null && known != shape[i]))
                throw DoesNotFit(input, shape);
            if (dim.Symbol is not null)
                sizes[dim.Symbol] = shape[i];
        }

        graph.Inputs[index] = input with { Dims = [.. shape.Select(size => new OnnxDimension(size))] };
    }

    private static void Replace(List<OnnxValue> values, Dictionary<string, long> sizes)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].Dims is { } dims)
                values[i] = values[i] with { Dims = [.. dims.Select(dim => Replace(dim, sizes))] };
        }
    }

    private static OnnxDimension Replace(OnnxDimension dim, Dictionary<string, long> sizes) =>
        dim.Symbol is { } symbol && sizes.TryGetValue(symbol, out var size) ? size : dim;

    private static EdgeSeqException DoesNotFit(OnnxValue input, IReadOnlyList<long> shape) =>
        new(ErrorCodes.InputValueInvalid, $"shape {OnnxShape.Format(shape)} does not fit the input '{input}'");
}
