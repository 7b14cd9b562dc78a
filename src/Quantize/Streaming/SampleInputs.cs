using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>Inputs of a chosen length for evaluating a graph: seeded noise for floats, zero for ids, true for masks.</summary>
internal static class SampleInputs
{
    /// <summary>64 MB in float32; every evaluation makes such inputs anew.</summary>
    private const long MaxElements = 1 << 24;

    private static readonly Lazy<UntouchedZeros> Zeros = new(() => new UntouchedZeros(checked((int)MaxElements * sizeof(double))));

    /// <summary>Dimensions other than time that the model leaves open are 1.</summary>
    /// <param name="positive">Floats between 0 and 1 rather than between -1 and 1.</param>
    public static Dictionary<string, OnnxTensor> Of(OnnxGraph graph, IReadOnlyDictionary<string, int> timeAxes, int length, int seed = 1,
        bool positive = false)
    {
        var random = new Random(seed);
        return graph.Inputs.ToDictionary(input => input.Name,
            input => Sample(input, ShapeOf(input, timeAxes, length), random, positive));
    }

    /// <summary>The same where only the length matters: floats are zeros, in memory that all of them share.</summary>
    public static Dictionary<string, OnnxTensor> OfLength(OnnxGraph graph, IReadOnlyDictionary<string, int> timeAxes, int length) =>
        graph.Inputs.ToDictionary(input => input.Name, input =>
        {
            var shape = ShapeOf(input, timeAxes, length);
            var bytes = checked((int)(Count(input, shape) * input.ElementType.Bits() / 8));
            return input.ElementType.IsFloat() ? new OnnxTensor(input.ElementType, shape, Zeros.Value.Memory[..bytes])
                : Constant(input, shape);
        });

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
        if (!input.ElementType.IsFloat())
            return Constant(input, shape);

        var noise = new float[Count(input, shape)];
        foreach (ref var value in noise.AsSpan())
        {
            var drawn = random.NextDouble();
            value = (float)(positive ? drawn : drawn * 2 - 1);
        }

        return OnnxTensor.FromFloats(noise, shape).Cast(input.ElementType);
    }

    private static OnnxTensor Constant(OnnxValue input, long[] shape)
    {
        Count(input, shape);
        return OnnxTensor.Filled(input.ElementType, shape, input.ElementType == OnnxElementType.Bool ? 1 : 0);
    }

    private static long Count(OnnxValue input, long[] shape) => OnnxShape.TryCount(shape, out var count) && count <= MaxElements
        ? count
        : throw new EdgeSeqException(ErrorCodes.OnnxTooLarge, $"input '{input.Name}' has the shape {OnnxShape.Format(shape)}",
            $"inputs of up to {MaxElements} elements are evaluated");
}
