using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// A model over an open time of which no output depends on anything but the first element is not what its author meant: Keras writes
/// TimeDistributed with open time so.
/// </summary>
internal static class FirstElementCheck
{
    /// <summary>Noise is made so much larger where outputs do not change with it: decisions turn only on what is large enough.</summary>
    private static readonly float[] Scales = [1, 8, 64];

    /// <exception cref="EdgeSeqException">ES0410: it is such a model.</exception>
    public static void Run(Analysis analysis)
    {
        if (analysis.LengthIsFixed || analysis.TimeAxes.Count == 0 || analysis.Length < 2)
            return;

        if (!Scales.All(scale => DependsOnFirstAlone(analysis, scale)))
            return;

        throw new EdgeSeqException(ErrorCodes.NodeUnsupported,
            $"no output depends on more than the first element of '{analysis.TimeAxes.Keys.First()}', however long it is",
            "TimeDistributed over an open time is exported so: apply the layer to the sequence itself (Dense needs no TimeDistributed), or export with a fixed time, input_shape=(T, F)");
    }

    /// <summary>False too where noise does not reach the outputs at all: numbers that are cast to ids.</summary>
    private static bool DependsOnFirstAlone(Analysis analysis, float scale)
    {
        var samples = Noise(analysis, scale, SampleInputs.Of(analysis.Graph, analysis.TimeAxes, analysis.Length));
        var others = Noise(analysis, scale, SampleInputs.Of(analysis.Graph, analysis.TimeAxes, analysis.Length, seed: 99));
        if (IsSame(analysis.Graph, samples, others))
            return false;

        foreach (var (name, axis) in analysis.TimeAxes)
            others[name] = WithFirst(others[name], samples[name], axis);

        return IsSame(analysis.Graph, samples, others);
    }

    private static Dictionary<string, OnnxTensor> Noise(Analysis analysis, float scale, Dictionary<string, OnnxTensor> inputs) =>
        inputs.ToDictionary(input => input.Key, input => scale != 1 && analysis.TimeAxes.ContainsKey(input.Key)
            && input.Value.ElementType.IsFloat()
            ? ElementConversion.FromDoubles(input.Value.ElementType, input.Value.Dims,
                [.. input.Value.ToDoubles().Select(value => value * scale)])
            : input.Value);

    private static bool IsSame(OnnxGraph graph, Dictionary<string, OnnxTensor> inputs, Dictionary<string, OnnxTensor> others)
    {
        string[] outputs = [.. graph.Outputs.Select(output => output.Name)];
        try
        {
            var first = OrtEvaluator.Evaluate(graph, inputs, outputs);
            var second = OrtEvaluator.Evaluate(graph, others, outputs);
            return outputs.All(output => first[output].SameAs(second[output]));
        }
        catch (EdgeSeqException)
        {
            return false;
        }
    }

    private static OnnxTensor WithFirst(OnnxTensor tensor, OnnxTensor first, int axis)
    {
        var values = tensor.ToDoubles();
        var given = first.ToDoubles();
        long length = tensor.Dims[axis], inner = tensor.Dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim);
        for (var i = 0; i < values.Length; i++)
        {
            if (i / inner % length == 0)
                values[i] = given[i];
        }

        return ElementConversion.FromDoubles(tensor.ElementType, tensor.Dims, values);
    }
}
