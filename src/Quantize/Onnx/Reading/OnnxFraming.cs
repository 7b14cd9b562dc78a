using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx.Reading;

/// <summary>Walks the outermost fields of a file, to tell a damaged model from one that is cut short and from something else.</summary>
internal static class OnnxFraming
{
    public const string Hint = "check that this is the .onnx file itself and copy it again";

    private const int VarintWire = 0;
    private const int LengthWire = 2;

    /// <summary>The tag of a model's format version, with which every known tool starts a file.</summary>
    private const byte VersionTag = 8;

    public static void Check(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes.IsEmpty)
            throw new EdgeSeqException(ErrorCodes.NotOnnx, $"'{path}' is empty", Hint);
        if (bytes.StartsWith("version https://git-lfs"u8))
        {
            throw new EdgeSeqException(
                ErrorCodes.NotOnnx, $"'{path}' is a Git LFS pointer, not the model itself", "fetch the file with 'git lfs pull'");
        }

        var offset = 0;
        while (offset < bytes.Length)
            SkipField(bytes, ref offset, path);
    }

    private static void SkipField(ReadOnlySpan<byte> bytes, ref int offset, string path)
    {
        var start = offset;
        if (!TryVarint(bytes, ref offset, out var tag))
            throw Cut(bytes, path, start, end: 0);
        var wire = (int)tag & 7;
        if (!IsModelField(tag >> 3, wire))
            throw new EdgeSeqException(ErrorCodes.NotOnnx, $"'{path}' is not an ONNX model (unexpected data at byte {start})", Hint);
        if (!TryVarint(bytes, ref offset, out var value))
            throw Cut(bytes, path, start, end: 0);
        if (wire == VarintWire)
            return;
        if (value > (ulong)(bytes.Length - offset))
            throw Cut(bytes, path, start, (ulong)offset + value);
        offset += (int)value;
    }

    /// <summary>The fields of a model and how each is coded.</summary>
    private static bool IsModelField(ulong field, int wire) => field switch
    {
        1 or 5 => wire == VarintWire,
        2 or 3 or 4 or 6 or 7 or 8 or 14 or 20 or 25 or 26 => wire == LengthWire,
        _ => false,
    };

    private static EdgeSeqException Cut(ReadOnlySpan<byte> bytes, string path, int start, ulong end)
    {
        if (bytes[0] != VersionTag)
            return new EdgeSeqException(ErrorCodes.NotOnnx, $"'{path}' is not an ONNX model", Hint);
        var needs = end > (ulong)bytes.Length ? $"; the part that starts at byte {start} goes on to byte {end}" : "";
        return new EdgeSeqException(ErrorCodes.OnnxTruncated, $"'{path}' ends at byte {bytes.Length}{needs}", Hint);
    }

    private static bool TryVarint(ReadOnlySpan<byte> bytes, ref int offset, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && offset < bytes.Length; shift += 7)
        {
            var part = bytes[offset++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128)
                return true;
        }

        return false;
    }
}
