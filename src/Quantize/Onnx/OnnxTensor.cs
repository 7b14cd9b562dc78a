using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx;

/// <summary>An immutable dense tensor: element type, dimensions, little-endian elements in row-major order.</summary>
public sealed class OnnxTensor
{
    private readonly long[] _dims;

    /// <param name="bytes">Exactly the bytes of product(dims) elements.</param>
    /// <exception cref="EdgeSeqException">ES0206: the bytes do not fit the dimensions.</exception>
    public OnnxTensor(OnnxElementType elementType, IReadOnlyList<long> dims, ReadOnlyMemory<byte> bytes)
    {
        ElementType = elementType;
        _dims = [.. dims];
        Bytes = bytes;
        Count = CountOf(_dims);
        if (elementType.Bits() == 0 || elementType.ByteLength(Count) != bytes.Length)
        {
            throw new EdgeSeqException(
                ErrorCodes.OnnxTensorInvalid,
                $"a {elementType} tensor of shape {OnnxShape.Format(_dims)} cannot have {bytes.Length} bytes of data");
        }
    }

    public OnnxElementType ElementType { get; }

    public IReadOnlyList<long> Dims => _dims;

    public int Rank => _dims.Length;

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Where the model stores the elements as integers: the scale of each, float32 of the same shape; null elsewhere.</summary>
    public OnnxTensor? StoredScales { get; private init; }

    public static OnnxTensor FromFloats(ReadOnlySpan<float> values, params long[] dims) =>
        new(OnnxElementType.Float32, dims, MemoryMarshal.AsBytes(values).ToArray());

    public static OnnxTensor FromInts(ReadOnlySpan<long> values, params long[] dims) =>
        new(OnnxElementType.Int64, dims, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A vector [values.Length] of 64-bit integers, the form in which ONNX takes axes, shapes and sizes.</summary>
    public static OnnxTensor Vector(params ReadOnlySpan<long> values) => FromInts(values, values.Length);

    public static OnnxTensor Scalar(float value) => FromFloats([value]);

    public static OnnxTensor Scalar(long value) => FromInts([value]);

    public static OnnxTensor Scalar(bool value) => new(OnnxElementType.Bool, [], new byte[] { value ? (byte)1 : (byte)0 });

    /// <summary>The same value in every element; <paramref name="value"/> is converted to the element type (integers truncate).</summary>
    public static OnnxTensor Filled(OnnxElementType elementType, IReadOnlyList<long> dims, double value)
    {
        var values = new double[CountOf(dims)];
        Array.Fill(values, value);
        return ElementConversion.FromDoubles(elementType, dims, values);
    }

    /// <summary>The elements as they are stored; T's size must be the element type's.</summary>
    public ReadOnlySpan<T> Span<T>()
        where T : unmanaged
    {
        if (System.Runtime.CompilerServices.Unsafe.SizeOf<T>() * 8 != ElementType.Bits())
            throw new InvalidOperationException($"A {ElementType} tensor cannot be seen as {typeof(T).Name}.");
        return MemoryMarshal.Cast<byte, T>(Bytes.Span);
    }

    /// <summary>The elements as float32 (rounded where the type is wider). Any real number or bool type.</summary>
    public float[] ToFloats() => ElementConversion.ToFloats(this);

    /// <summary>The elements as float64. Any real number or bool type.</summary>
    public double[] ToDoubles() => ElementConversion.ToDoubles(this);

    /// <summary>The elements as 64-bit integers. Integer and bool types.</summary>
    public long[] ToInts() => ElementConversion.ToInts(this);

    /// <summary>The same elements under other dimensions with the same product.</summary>
    public OnnxTensor Reshaped(params long[] dims) => new(ElementType, dims, Bytes) { StoredScales = StoredScales?.Reshaped(dims) };

    /// <summary>The same elements, known to be integers times these scales.</summary>
    public OnnxTensor WithStoredScales(OnnxTensor scales) => new(ElementType, _dims, Bytes) { StoredScales = scales };

    /// <summary>The same values in another element type (floats to integers truncate).</summary>
    public OnnxTensor Cast(OnnxElementType elementType)
    {
        if (elementType == ElementType)
            return this;
        return elementType.IsInteger() && !ElementType.IsFloat()
            ? ElementConversion.FromInts(elementType, _dims, ToInts())
            : ElementConversion.FromDoubles(elementType, _dims, ToDoubles());
    }

    /// <summary>Same type, shape and bits.</summary>
    public bool SameAs(OnnxTensor other) =>
        ElementType == other.ElementType && _dims.AsSpan().SequenceEqual(other._dims) && Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override string ToString() => $"{ElementType}{OnnxShape.Format(_dims)}";

    private static long CountOf(IReadOnlyList<long> dims) =>
        OnnxShape.TryCount(dims, out var count)
            ? count
            : throw new EdgeSeqException(ErrorCodes.OnnxTensorInvalid, $"a tensor has the impossible shape {OnnxShape.Format(dims)}");
}
