namespace EdgeSeq.Runtime.Kernels;

/// <summary>Comparisons of two float32 operands, named as in ONNX; a NaN compares false.</summary>
internal enum CompareFunction
{
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
