using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx;

/// <summary>Reads and writes tensor elements of every number type as float, double or long.</summary>
internal static class ElementConversion
{
    public static float[] ToFloats(OnnxTensor tensor)
    {
        if (tensor.ElementType == OnnxElementType.Float32)
            return tensor.Span<float>().ToArray();
        return Array.ConvertAll(ToDoubles(tensor), value => (float)value);
    }

    public static double[] ToDoubles(OnnxTensor tensor) => tensor.ElementType switch
    {
        OnnxElementType.Float64 => tensor.Span<double>().ToArray(),
        OnnxElementType.Float32 => Convert<float, double>(tensor, value => value),
        OnnxElementType.Float16 => Convert<Half, double>(tensor, value => (double)value),
        OnnxElementType.BFloat16 => Convert<ushort, double>(tensor, bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)),
        OnnxElementType.UInt64 => Convert<ulong, double>(tensor, value => value),
        _ => Array.ConvertAll(ToInts(tensor), value => (double)value),
    };

    public static long[] ToInts(OnnxTensor tensor) => tensor.ElementType switch
    {
        OnnxElementType.Int64 => tensor.Span<long>().ToArray(),
        OnnxElementType.Int32 => Convert<int, long>(tensor, value => value),
        OnnxElementType.Int16 => Convert<short, long>(tensor, value => value),
        OnnxElementType.Int8 => Convert<sbyte, long>(tensor, value => value),
        OnnxElementType.UInt64 => Convert<ulong, long>(tensor, value => unchecked((long)value)),
        OnnxElementType.UInt32 => Convert<uint, long>(tensor, value => value),
        OnnxElementType.UInt16 => Convert<ushort, long>(tensor, value => value),
        OnnxElementType.UInt8 => Convert<byte, long>(tensor, value => value),
        OnnxElementType.Bool => Convert<byte, long>(tensor, value => value == 0 ? 0 : 1),
        OnnxElementType.UInt4 => Nibbles(tensor, nibble => nibble),
        OnnxElementType.Int4 => Nibbles(tensor, nibble => (nibble ^ 8) - 8),
        _ => throw Unsupported(tensor.ElementType),
    };

    public static OnnxTensor FromDoubles(OnnxElementType type, IReadOnlyList<long> dims, double[] values) => type switch
    {
        OnnxElementType.Float64 => Create(type, dims, values),
        OnnxElementType.Float32 => Create(type, dims, Array.ConvertAll(values, value => (float)value)),
        OnnxElementType.Float16 => Create(type, dims, Array.ConvertAll(values, value => (Half)value)),
        OnnxElementType.BFloat16 => Create(type, dims, Array.ConvertAll(values, ToBFloat16)),
        OnnxElementType.Bool => Create(type, dims, Array.ConvertAll(values, value => value != 0 ? (byte)1 : (byte)0)),
        _ => FromInts(type, dims, Array.ConvertAll(values, value => (long)value)),
    };

    public static OnnxTensor FromInts(OnnxElementType type, IReadOnlyList<long> dims, long[] values) => type switch
    {
        OnnxElementType.Int64 => Create(type, dims, values),
        OnnxElementType.Int32 => Create(type, dims, Array.ConvertAll(values, value => unchecked((int)value))),
        OnnxElementType.Int16 => Create(type, dims, Array.ConvertAll(values, value => unchecked((short)value))),
        OnnxElementType.Int8 => Create(type, dims, Array.ConvertAll(values, value => unchecked((sbyte)value))),
        OnnxElementType.UInt64 => Create(type, dims, Array.ConvertAll(values, value => unchecked((ulong)value))),
        OnnxElementType.UInt32 => Create(type, dims, Array.ConvertAll(values, value => unchecked((uint)value))),
        OnnxElementType.UInt16 => Create(type, dims, Array.ConvertAll(values, value => unchecked((ushort)value))),
        OnnxElementType.UInt8 => Create(type, dims, Array.ConvertAll(values, value => unchecked((byte)value))),
        OnnxElementType.Bool => Create(type, dims, Array.ConvertAll(values, value => value != 0 ? (byte)1 : (byte)0)),
        OnnxElementType.Float32 or OnnxElementType.Float64 or OnnxElementType.Float16 or OnnxElementType.BFloat16
            => FromDoubles(type, dims, Array.ConvertAll(values, value => (double)value)),
        _ => throw Unsupported(type),
    };

    private static OnnxTensor Create<T>(OnnxElementType type, IReadOnlyList<long> dims, T[] values)
        where T : unmanaged => new(type, dims, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private static TTo[] Convert<TFrom, TTo>(OnnxTensor tensor, Func<TFrom, TTo> convert)
        where TFrom : unmanaged
    {
        var from = tensor.Span<TFrom>();
        var to = new TTo[from.Length];
        for (var i = 0; i < to.Length; i++)
            to[i] = convert(from[i]);
        return to;
    }

    /// <summary>Two elements a byte, the low half first.</summary>
    private static long[] Nibbles(OnnxTensor tensor, Func<int, long> convert)
    {
        var bytes = tensor.Bytes.Span;
        var values = new long[tensor.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = convert((bytes[i / 2] >> (4 * (i % 2))) & 15);
        return values;
    }

    /// <summary>Round to nearest even; a NaN stays one.</summary>
    private static ushort ToBFloat16(double value)
    {
        var bits = BitConverter.SingleToUInt32Bits((float)value);
        if (double.IsNaN(value))
            return (ushort)((bits >> 16) | 0x40);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static EdgeSeqException Unsupported(OnnxElementType type) =>
        new(ErrorCodes.UnsupportedElementType, $"tensors of type {type} are not supported");
}
