using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>Inputs of a chosen length for evaluating a graph: seeded noise for floats, zero for ids, true for masks.</summary>
internal static class SampleInputs
{
    /// <summary>64 MB in float32; every evaluation makes such inputs anew.</summary>
    private const long MaxElements = 1 << 24;

    /// <summary>Dimensions other than time that the model leaves open are 1.</summary>
    /// <param name="positive">Floats between 0 and 1 rather than between -1 and 1.</param>
    public static Dictionary<string, OnnxTensor> Of(OnnxGraph graph, IReadOnlyDictionary<string, int> timeAxes, int length, int seed = 1,
        bool positive = false)
    {
        var random = new Random(seed);
        return graph.Inputs.ToDictionary(input => input.Name,
            input => Sample(input, ShapeOf(input, timeAxes, length), random, positive));
    }

    public static long[] ShapeOf(OnnxValue input, IReadOnlyDictionary<string, int> timeAxes, int length)
    {
        if (input.Dims is null)
        {
            throw new EdgeSeqException(ErrorCodes.UnsupportedOnnxFeature, $"input '{input.Name}' has no rank",
                "export the model with the shapes of its inputs");
        }

        var shape = input.Dims.Select(dim => dim.Size ?? 1).ToArray();
        if (timeAxes.TryGetValue(input.Name, out var axis))
            shape[axis] = length;

        return shape;
    }

    private static OnnxTensor Sample(OnnxValue input, long[] shape, Random random, bool positive)
    {
        if (!OnnxShape.TryCount(shape, out var count) || count > MaxElements)
        {
            throw new EdgeSeqException(ErrorCodes.OnnxTooLarge, $"input '{input.Name}' has the shape {OnnxShape.Format(shape)}",
                $"inputs of up to {MaxElements} elements are evaluated");
        }

        if (input.ElementType.IsFloat())
        {
            var noise = Enumerable.Range(0, (int)count).Select(_ => random.NextDouble())
                .Select(value => (float)(positive ? value : value * 2 - 1)).ToArray();
            return OnnxTensor.FromFloats(noise, shape).Cast(input.ElementType);
        }

        return OnnxTensor.Filled(input.ElementType, shape, input.ElementType == OnnxElementType.Bool ? 1 : 0);
    }
}
