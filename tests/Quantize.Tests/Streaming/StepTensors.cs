using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Parts of tensors along an axis.</summary>
internal static class StepTensors
{
    /// <summary>Elements [start, start + count) along <paramref name="axis"/>.</summary>
    public static OnnxTensor Range(OnnxTensor tensor, int axis, int start, int count)
    {
        var (outer, length, inner) = Split(tensor, axis);
        var size = inner * (tensor.ElementType.Bits() / 8);
        var bytes = new byte[outer * count * size];
        for (var o = 0; o < outer; o++)
            tensor.Bytes.Span.Slice((o * length + start) * size, count * size).CopyTo(bytes.AsSpan(o * count * size));
        return new OnnxTensor(tensor.ElementType, [.. tensor.Dims.Select((dim, i) => i == axis ? count : dim)], bytes);
    }

    /// <summary>Element <paramref name="index"/> along <paramref name="axis"/>, the other axes in order.</summary>
    public static float[] Element(OnnxTensor tensor, int axis, int index) => Range(tensor, axis, index, 1).ToFloats();

    private static (int Outer, int Length, int Inner) Split(OnnxTensor tensor, int axis)
    {
        var outer = (int)tensor.Dims.Take(axis).Aggregate(1L, (product, dim) => product * dim);
        var inner = (int)tensor.Dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim);
        return (outer, (int)tensor.Dims[axis], inner);
    }
}
