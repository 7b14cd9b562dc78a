namespace EdgeSeq.Quantize.Onnx;

public static class OnnxElementTypeExtensions
{
    /// <summary>Bits of one element; 0 for types that have no fixed size or no number (strings, undefined).</summary>
    public static int Bits(this OnnxElementType type) => type switch
    {
        OnnxElementType.UInt4 or OnnxElementType.Int4 or OnnxElementType.Float4E2M1 => 4,
        OnnxElementType.UInt8 or OnnxElementType.Int8 or OnnxElementType.Bool
            or OnnxElementType.Float8E4M3FN or OnnxElementType.Float8E4M3FNUZ or OnnxElementType.Float8E5M2
            or OnnxElementType.Float8E5M2FNUZ or OnnxElementType.Float8E8M0 => 8,
        OnnxElementType.UInt16 or OnnxElementType.Int16 or OnnxElementType.Float16 or OnnxElementType.BFloat16 => 16,
        OnnxElementType.Float32 or OnnxElementType.Int32 or OnnxElementType.UInt32 => 32,
        OnnxElementType.Float64 or OnnxElementType.Int64 or OnnxElementType.UInt64 or OnnxElementType.Complex64 => 64,
        OnnxElementType.Complex128 => 128,
        _ => 0,
    };

    /// <summary>Bytes of <paramref name="count"/> elements; two 4-bit elements share a byte.</summary>
    public static long ByteLength(this OnnxElementType type, long count) => checked((count * type.Bits() + 7) / 8);

    public static bool IsFloat(this OnnxElementType type) =>
        type is OnnxElementType.Float32 or OnnxElementType.Float64 or OnnxElementType.Float16 or OnnxElementType.BFloat16;

    public static bool IsInteger(this OnnxElementType type) => type is
        OnnxElementType.UInt8 or OnnxElementType.Int8 or OnnxElementType.UInt16 or OnnxElementType.Int16 or OnnxElementType.Int32
        or OnnxElementType.Int64 or OnnxElementType.UInt32 or OnnxElementType.UInt64 or OnnxElementType.UInt4 or OnnxElementType.Int4;
}
