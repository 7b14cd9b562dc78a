using System.Runtime.InteropServices;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>Contents of step values as ONNX tensors.</summary>
internal static class StepTensor
{
    public static OnnxElementType OnnxType(ElementType type) => type switch
    {
        ElementType.F32 => OnnxElementType.Float32,
        ElementType.I64 => OnnxElementType.Int64,
        ElementType.I32 => OnnxElementType.Int32,
        ElementType.I8 => OnnxElementType.Int8,
        _ => OnnxElementType.Bool,
    };

    /// <summary>A constant's content or a state's content after a reset; zeros where there is none.</summary>
    public static OnnxTensor Initial(StepValue value, int[] shape) => value.Data is null
        ? OnnxTensor.Filled(OnnxType(value.Type), Dims(shape), 0)
        : new OnnxTensor(OnnxType(value.Type), Dims(shape), Bytes(value.Data));

    public static long[] Dims(int[] shape) => [.. shape.Select(dim => (long)dim)];

    private static byte[] Bytes(Array data) => data switch
    {
        float[] values => MemoryMarshal.AsBytes<float>(values).ToArray(),
        long[] values => MemoryMarshal.AsBytes<long>(values).ToArray(),
        int[] values => MemoryMarshal.AsBytes<int>(values).ToArray(),
        sbyte[] values => MemoryMarshal.AsBytes<sbyte>(values).ToArray(),
        bool[] values => MemoryMarshal.AsBytes<bool>(values).ToArray(),
        _ => throw new InvalidOperationException($"No bytes for {data.GetType().Name}."),
    };
}
