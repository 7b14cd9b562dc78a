using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Tests.Onnx;

internal static class TensorAssert
{
    public static void Equal(
        IReadOnlyDictionary<string, OnnxTensor> expected, IReadOnlyDictionary<string, OnnxTensor> actual, float tolerance = 0)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, tensor) in expected)
            Equal(tensor, actual[name], tolerance);
    }

    public static void Equal(OnnxTensor expected, OnnxTensor actual, float tolerance = 0)
    {
        Assert.Equal(expected.ElementType, actual.ElementType);
        Assert.Equal(expected.Dims, actual.Dims);
        Assert.Equal(expected.ToFloats(), actual.ToFloats(), (a, b) => a.Equals(b) || MathF.Abs(a - b) <= tolerance);
    }
}
