using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>Puts (x − mean) / std in front of a graph's first input, along the axis whose size is the number of features.</summary>
internal static class InputNormalization
{
    public static void Apply(OnnxGraph graph, NormalizeStats stats)
    {
        var input = graph.Inputs[0];
        if (!input.ElementType.IsFloat() || input.Dims is not { Count: > 0 } dims)
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"--normalize: the first input, {input}, is not a float tensor");

        var axis = stats.Mean.Length == 1 ? -1 : FeatureAxis(input, stats.Mean.Length);
        string centred = $"{input.Name}.centred", normalized = $"{input.Name}.normalized";
        graph.RedirectReaders(input.Name, normalized);
        graph.Initializers[$"{input.Name}.mean"] = Parameter(stats.Mean, axis, dims.Count);
        graph.Initializers[$"{input.Name}.std"] = Parameter(stats.Std, axis, dims.Count);
        graph.Nodes.Insert(0,
            new OnnxNode($"{input.Name}.centre", "Sub") { Inputs = [input.Name, $"{input.Name}.mean"], Outputs = [centred] });
        graph.Nodes.Insert(1,
            new OnnxNode($"{input.Name}.scale", "Div") { Inputs = [centred, $"{input.Name}.std"], Outputs = [normalized] });
    }

    /// <summary>The same on numbers.</summary>
    /// <param name="data">The input's elements; changed.</param>
    /// <param name="shape">Its shape.</param>
    public static void Apply(float[] data, int[] shape, OnnxValue input, NormalizeStats stats)
    {
        var stride = stats.Mean.Length == 1 ? 1 : Shapes.Strides(shape)[FeatureAxis(input, stats.Mean.Length)];
        for (var i = 0; i < data.Length; i++)
        {
            var feature = i / stride % stats.Mean.Length;
            data[i] = (data[i] - stats.Mean[feature]) / stats.Std[feature];
        }
    }

    private static int FeatureAxis(OnnxValue input, int features)
    {
        var axes = Enumerable.Range(0, input.Dims!.Count).Where(axis => input.Dims[axis].Size == features).ToArray();
        return axes.Length > 0
            ? axes[^1]
            : throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"--normalize: no axis of {input} has {features} features",
            "give one mean and std, or one for each feature");
    }

    private static OnnxTensor Parameter(float[] values, int axis, int rank) =>
        axis < 0 ? OnnxTensor.Scalar(values[0])
        : OnnxTensor.FromFloats(values, [.. Enumerable.Range(0, rank).Select(i => i == axis ? (long)values.Length : 1)]);
}
