using System.Runtime.InteropServices;
using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx.Reading;

/// <summary>Reads a stored tensor, whichever of the format's fields holds its elements, and checks their number against its
/// shape.</summary>
internal sealed class TensorReader(ExternalData externalData)
{
    /// <param name="what">How messages name the tensor.</param>
    public OnnxTensor Read(TensorProto tensor, string what)
    {
        var type = (OnnxElementType)tensor.DataType;
        if (type.Bits() == 0 || type is OnnxElementType.Complex64 or OnnxElementType.Complex128)
        {
            throw Enum.IsDefined(type) && type != OnnxElementType.Undefined
                ? new EdgeSeqException(ErrorCodes.UnsupportedElementType, $"{what} is of type {type}, which is not supported")
                : new EdgeSeqException(ErrorCodes.OnnxTensorInvalid, $"{what} has the unknown element type {tensor.DataType}");
        }

        if (!OnnxShape.TryCount(tensor.Dims, out var count) || type.ByteLength(count) > Array.MaxLength)
            throw new EdgeSeqException(ErrorCodes.OnnxTooLarge, $"{what} has the impossible shape {OnnxShape.Format(tensor.Dims)}");
        return new OnnxTensor(type, tensor.Dims, Data(tensor, type, type.ByteLength(count), what));
    }

    private ReadOnlyMemory<byte> Data(TensorProto tensor, OnnxElementType type, long length, string what)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            return externalData.Read(tensor, length);
        var bytes = tensor.RawData.Length > 0 ? tensor.RawData.Memory : Listed(tensor, type);
        return bytes.Length == length
            ? bytes
            : throw new EdgeSeqException(
                ErrorCodes.OnnxTensorInvalid,
                $"{what} of type {type} and shape {OnnxShape.Format(tensor.Dims)} has {bytes.Length} bytes of data and needs {length}");
    }

    /// <summary>The elements from the typed list that belongs to the element type.</summary>
    private static ReadOnlyMemory<byte> Listed(TensorProto tensor, OnnxElementType type) => type switch
    {
        OnnxElementType.Float32 => Bytes(tensor.FloatData, value => value),
        OnnxElementType.Float64 => Bytes(tensor.DoubleData, value => value),
        OnnxElementType.Int64 => Bytes(tensor.Int64Data, value => value),
        OnnxElementType.UInt64 => Bytes(tensor.Uint64Data, value => value),
        OnnxElementType.UInt32 => Bytes(tensor.Uint64Data, value => unchecked((uint)value)),
        OnnxElementType.Int32 => Bytes(tensor.Int32Data, value => value),
        _ when type.Bits() == 16 => Bytes(tensor.Int32Data, value => unchecked((ushort)value)),
        _ => Bytes(tensor.Int32Data, value => unchecked((byte)value)),
    };

    private static ReadOnlyMemory<byte> Bytes<TFrom, TTo>(IReadOnlyCollection<TFrom> values, Func<TFrom, TTo> convert)
        where TTo : unmanaged
    {
        var converted = values.Select(convert).ToArray();
        return MemoryMarshal.AsBytes(converted.AsSpan()).ToArray();
    }
}
