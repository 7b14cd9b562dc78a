using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Files;

/// <summary>The header of a .npy file, formats 1.0 to 3.0: little-endian elements in C order.</summary>
internal sealed record NpyHeader(NpyType Type, IReadOnlyList<long> Shape, int DataOffset)
{
    private const int PrefixBytes = 8;
    private const int MaxHeaderBytes = 1 << 20;
    private const string ShapeKey = "shape";

    private static readonly Dictionary<string, NpyType> Types = new(StringComparer.Ordinal)
    {
        ["|b1"] = NpyType.Bool,
        ["|i1"] = NpyType.I1,
        ["|u1"] = NpyType.U1,
        ["<i2"] = NpyType.I2,
        ["<u2"] = NpyType.U2,
        ["<i4"] = NpyType.I4,
        ["<u4"] = NpyType.U4,
        ["<i8"] = NpyType.I8,
        ["<u8"] = NpyType.U8,
        ["<f2"] = NpyType.F2,
        ["<f4"] = NpyType.F4,
        ["<f8"] = NpyType.F8,
    };

    public bool IsFloat => Type >= NpyType.F2;

    /// <summary>Bytes of one element.</summary>
    public int ElementBytes => Type switch
    {
        NpyType.Bool or NpyType.I1 or NpyType.U1 => 1,
        NpyType.I2 or NpyType.U2 or NpyType.F2 => 2,
        NpyType.I4 or NpyType.U4 or NpyType.F4 => 4,
        _ => 8,
    };

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the header and checks that the file has the bytes that the shape promises.</summary>
    /// <exception cref="EdgeSeqException">ES0301 where the file is no sound .npy file, ES0302 for a type or order that is not
    /// read.</exception>
    public static NpyHeader Read(Stream stream, string file)
    {
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        if (stream.ReadAtLeast(prefix, PrefixBytes, throwOnEndOfStream: false) < PrefixBytes || !prefix.StartsWith(Magic))
            throw WrongKind.Instead(file, prefix, "a .npy file", "npy") ?? Malformed(file, "does not start as a .npy file");
        var lengthBytes = prefix[6] switch
        {
            1 => 2,
            2 or 3 => 4,
            var major =>
            throw Malformed(file, $"has the unknown .npy format {major}")
        };
        Span<byte> lengthField = stackalloc byte[4];
        lengthField.Clear();
        if (stream.ReadAtLeast(lengthField[..lengthBytes], lengthBytes, throwOnEndOfStream: false) < lengthBytes)
            throw Malformed(file, "ends inside its header");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(lengthField);
        if (length > MaxHeaderBytes)
            throw Malformed(file, $"announces a header of {length} bytes");
        var text = new byte[length];
        if (stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length)
            throw Malformed(file, "ends inside its header");

        var header = Parse(Encoding.UTF8.GetString(text), file, PrefixBytes + lengthBytes + text.Length);
        header.RequireData(stream.Length, file);
        return header;
    }

    private static NpyHeader Parse(string text, string file, int dataOffset)
    {
        var descr = Quoted(text, "descr") ?? throw Malformed(file, "has no simple 'descr' in its header");
        if (!Types.TryGetValue(descr, out var type))
            throw Unsupported(file, $"holds elements of type '{descr}'", "save it as float32 or int64: numpy.save(path, x.astype('<f4'))");
        switch (Word(text, "fortran_order"))
        {
            case "False":
                break;
            case "True":
                throw Unsupported(file, "is in Fortran order", "save numpy.ascontiguousarray(x)");
            default:
                throw Malformed(file, "has no 'fortran_order' in its header");
        }

        return new NpyHeader(type, ParseShape(text, file), dataOffset);
    }

    private static long[] ParseShape(string text, string file)
    {
        var open = text.IndexOf('(', Math.Max(0, text.IndexOf(ShapeKey, StringComparison.Ordinal)));
        var close = open < 0 ? -1 : text.IndexOf(')', open);
        if (close < 0)
            throw Malformed(file, "has no 'shape' in its header");
        var parts = text[(open + 1)..close].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var shape = new long[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]))
                throw Malformed(file, $"has '{parts[i]}' in its shape");
        }

        return shape;
    }

    private void RequireData(long fileBytes, string file)
    {
        long bytes = ElementBytes;
        foreach (var dimension in Shape)
        {
            if (dimension > 0 && bytes > long.MaxValue / dimension)
                throw Malformed(file, $"announces the impossible shape [{string.Join(',', Shape)}]");
            bytes *= dimension;
        }

        if (bytes != fileBytes - DataOffset)
        {
            throw Malformed(
                file, $"has {fileBytes - DataOffset} bytes of data from offset {DataOffset} on, its shape [{string.Join(',', Shape)}] needs {bytes}");
        }
    }

    /// <summary>The value of 'key': 'value', null where it is not a quoted string.</summary>
    private static string? Quoted(string text, string key)
    {
        var value = AfterKey(text, key);
        if (value.IsEmpty || value[0] is not ('\'' or '"'))
            return null;
        var end = value[1..].IndexOf(value[0]);
        return end < 0 ? null : value.Slice(1, end).ToString();
    }

    private static string Word(string text, string key)
    {
        var value = AfterKey(text, key);
        var end = value.IndexOfAny(",}");
        return end < 0 ? "" : value[..end].Trim().ToString();
    }

    private static ReadOnlySpan<char> AfterKey(string text, string key)
    {
        var at = text.IndexOf($"'{key}'", StringComparison.Ordinal);
        var colon = at < 0 ? -1 : text.IndexOf(':', at);
        return colon < 0 ? default : text.AsSpan(colon + 1).TrimStart();
    }

    private static EdgeSeqException Malformed(string file, string problem) =>
        new(ErrorCodes.RecordingMalformed, $"{file} {problem}", "save it again with numpy.save");

    private static EdgeSeqException Unsupported(string file, string problem, string hint) =>
        new(ErrorCodes.RecordingUnsupported, $"{file} {problem}", hint);
}
