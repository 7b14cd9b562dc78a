using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>What the user says of a model's inputs before anything else is decided: sizes of symbols, the batch, histories,
/// context.</summary>
internal static class InputEdits
{
    /// <param name="graph">Changed.</param>
    /// <returns>Pairs of states that the edits made.</returns>
    /// <exception cref="EdgeSeqException">ES0720: there is no such symbol, batch or input.</exception>
    public static List<(string Input, string Output)> Apply(OnnxGraph graph, ConvertOptions options)
    {
        foreach (var (symbol, size) in options.Dims)
            SetSymbol(graph, symbol, size);

        if (options.Batch is { } batch)
            SetBatch(graph, batch);

        return [.. options.Histories.Select(text => HistoryInputs.Apply(graph, text)),
            .. options.Contexts.Select(text => ContextInputs.Apply(graph, text))];
    }

    /// <summary>Whether a graph must be changed before it takes what the program takes.</summary>
    public static bool Needed(ConvertOptions options) => options.Dims.Count > 0 || options.Batch is not null || options.Histories.Count > 0
        || options.Contexts.Count > 0;

    private static void SetSymbol(OnnxGraph graph, string symbol, int size)
    {
        var symbols = graph.Inputs.SelectMany(input => input.Dims ?? []).Select(dim => dim.Symbol).OfType<string>().Distinct().ToArray();
        if (!symbols.Contains(symbol))
        {
            throw new EdgeSeqException(ErrorCodes.InputValueInvalid, $"--dim {symbol}={size}: no dimension of an input is called so",
                symbols.Length == 0 ? "all dimensions have sizes or no name" : $"the names are {string.Join(", ", symbols)}");
        }

        Replace(graph.Inputs, (_, dim, _) => dim.Symbol == symbol ? size : dim);
        Replace(graph.Outputs, (_, dim, _) => dim.Symbol == symbol ? size : dim);
    }

    /// <summary>The batch of the data, and of all inputs that have the same size where states have theirs.</summary>
    private static void SetBatch(OnnxGraph graph, int size)
    {
        var (main, axis) = graph.Inputs.Select(input => (Input: input, Axis: BatchAxis(input)))
            .FirstOrDefault(pair => pair.Axis is not null);
        if (main is null)
        {
            throw new EdgeSeqException(ErrorCodes.InputValueInvalid, $"--batch {size}: no input has an axis that may be a batch",
                $"the inputs are {string.Join(", ", graph.Inputs)}");
        }

        var old = main.Dims![axis!.Value].Size;
        var original = graph.Clone();
        Replace(graph.Inputs, (input, dim, at) =>
            at == BatchAxis(input) && dim.Size == old || IsStateBatch(input, dim, at, old) ? size : dim);
        graph.Outputs.Replace(output => output with { Dims = null });
        if (old is { } batch)
            BatchCut.Finish(original, graph, batch, size);
    }

    /// <summary>The first axis, or the second where the first is open or the whole is a sequence of fixed length in front.</summary>
    private static int? BatchAxis(OnnxValue input) => input.Dims switch
    {
        [{ Size: > 1 }, { Size: null }, ..] => 0,
        [{ Size: null }, { Size: > 1 }, _] => 1,
        [{ Size: > 1 }, { Size: > 1 }, _] when input.Dims[1].Size < input.Dims[0].Size => 1,
        [{ Size: > 1 }, _, ..] => 0,
        [{ Size: null }, ..] => 0,
        _ => null,
    };

    /// <summary>States are [layers, batch, hidden].</summary>
    private static bool IsStateBatch(OnnxValue input, OnnxDimension dim, int axis, long? batch) =>
        batch is not null && input.Dims is { Count: 3 } dims && dims.All(each => each.Size is not null) && axis == 1 && dim.Size == batch;

    private static void Replace(List<OnnxValue> values, Func<OnnxValue, OnnxDimension, int, OnnxDimension> replace) =>
        values.Replace(value => value.Dims is null ? value
            : value with { Dims = [.. value.Dims.Select((dim, axis) => replace(value, dim, axis))] });

    private static void Replace(this List<OnnxValue> values, Func<OnnxValue, OnnxValue> replace)
    {
        for (var i = 0; i < values.Count; i++)
            values[i] = replace(values[i]);
    }
}
