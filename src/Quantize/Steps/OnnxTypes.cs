using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Steps;

/// <summary>
/// How ONNX tensors appear in a step graph: every float type as float32, every integer type as int64, bool as bool.
/// </summary>
internal static class OnnxTypes
{
    public static ElementType StepType(this OnnxElementType type) =>
        type == OnnxElementType.Bool ? ElementType.Bool : type.IsInteger() ? ElementType.I64 : ElementType.F32;

    public static int[] StepShape(this OnnxTensor tensor) => [.. tensor.Dims.Select(dim => checked((int)dim))];

    /// <param name="value">With all sizes known.</param>
    public static int[] StepShape(this OnnxValue value) => [.. value.StaticDims!.Select(dim => checked((int)dim))];

    /// <summary>float[], long[] or bool[].</summary>
    public static Array StepData(this OnnxTensor tensor) => tensor.ElementType.StepType() switch
    {
        ElementType.F32 => tensor.ToFloats(),
        ElementType.Bool => tensor.ToInts().Select(value => value != 0).ToArray(),
        _ => tensor.ToInts(),
    };
}
