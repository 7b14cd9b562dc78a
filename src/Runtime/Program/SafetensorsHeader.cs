using System.Buffers.Binary;
using System.Text.Json;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Runtime.Program;

/// <summary>The verified header of a safetensors file: the tensors are well formed and tile the data part without hole or
/// overlap.</summary>
public sealed class SafetensorsHeader
{
    private const int LengthBytes = 8;
    private const int MaxRank = 8;
    private const long MaxHeaderBytes = 100_000_000;
    private const string MetadataKey = "__metadata__";

    private SafetensorsHeader(long dataOffset, Dictionary<string, string> metadata, SafetensorsEntry[] entries)
    {
        DataOffset = dataOffset;
        Metadata = metadata;
        Entries = entries;
    }

    /// <summary>Bytes from the start of the file to the data part.</summary>
    public long DataOffset { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>Reads the header that a file starts with.</summary>
    /// <param name="start">The file's first bytes: at least the whole header.</param>
    /// <param name="fileBytes">Length of the whole file.</param>
    /// <param name="file">Name for messages.</param>
    /// <exception cref="EdgeSeqException">ES0101 to ES0104.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> start, long fileBytes, string file)
    {
        var headerBytes = ReadHeaderLength(start, fileBytes, file);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var entries = new List<SafetensorsEntry>();
        try
        {
            ParseJson(start.Slice(LengthBytes, headerBytes), file, metadata, entries);
        }
        // Utf8JsonReader reports broken syntax by the first and broken text (lone surrogates, invalid UTF-8) by the second.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new EdgeSeqException(ErrorCodes.HeaderInvalid, $"{file}: the header is not valid JSON{JsonPlace.Of(e)}", inner: e);
        }

        var dataOffset = LengthBytes + headerBytes;
        entries.Sort((a, b) => a.Begin.CompareTo(b.Begin));
        RequireTiling(entries, fileBytes - dataOffset, file);
        return new SafetensorsHeader(dataOffset, metadata, [.. entries]);
    }

    private static int ReadHeaderLength(ReadOnlySpan<byte> start, long fileBytes, string file)
    {
        if (fileBytes < LengthBytes + 2)
            throw new EdgeSeqException(ErrorCodes.NotAProgram, $"{file}: {fileBytes} bytes are too few for a program", Hints.Reconvert);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length < 2 || length > MaxHeaderBytes || length > (ulong)(fileBytes - LengthBytes))
        {
            if (KnownFile.Of(start) is { } known && known != KnownFile.Program)
            {
                var (problem, hint) = known.Instead(file, "a program");
                throw new EdgeSeqException(ErrorCodes.NotAProgram, problem, hint ?? Hints.Reconvert);
            }

            throw new EdgeSeqException(
                ErrorCodes.NotAProgram,
                $"{file}: offset 0 announces a header of {length} bytes in a file of {fileBytes}",
                Hints.Reconvert);
        }

        return (int)length;
    }

    private static void ParseJson(
        ReadOnlySpan<byte> json, string file, Dictionary<string, string> metadata, List<SafetensorsEntry> entries)
    {
        var reader = new Utf8JsonReader(json);
        var names = new HashSet<string>(StringComparer.Ordinal);
        Expect(ref reader, JsonTokenType.StartObject, file);
        while (NextProperty(ref reader, file) is { } name)
        {
            if (!names.Add(name))
                throw new EdgeSeqException(ErrorCodes.HeaderInvalid, $"{file}: the header has '{name}' twice");
            if (name == MetadataKey)
                ParseMetadata(ref reader, file, metadata);
            else
                entries.Add(ParseEntry(ref reader, file, name));
        }

        if (reader.Read())
            throw new EdgeSeqException(ErrorCodes.HeaderInvalid, $"{file}: the header goes on after its end");
    }

    private static void ParseMetadata(ref Utf8JsonReader reader, string file, Dictionary<string, string> metadata)
    {
        Expect(ref reader, JsonTokenType.StartObject, file);
        while (NextProperty(ref reader, file) is { } key)
        {
            Expect(ref reader, JsonTokenType.String, file);
            if (!metadata.TryAdd(key, reader.GetString()!))
                throw new EdgeSeqException(ErrorCodes.HeaderInvalid, $"{file}: the metadata has '{key}' twice");
        }
    }

    private static SafetensorsEntry ParseEntry(ref Utf8JsonReader reader, string file, string name)
    {
        string? dtype = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, file);
        while (NextProperty(ref reader, file) is { } key)
        {
            switch (key)
            {
                case "dtype" when dtype is null:
                    Expect(ref reader, JsonTokenType.String, file);
                    dtype = reader.GetString()!;
                    break;
                case "shape" when shape is null:
                    shape = ParseNumbers(ref reader, file, name, MaxRank);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ParseNumbers(ref reader, file, name, 2);
                    break;
                default:
                    throw TensorError(file, name, $"unexpected member '{key}'");
            }
        }

        if (dtype is null || shape is null || offsets is not { Count: 2 })
            throw TensorError(file, name, "dtype, shape and two data_offsets are required");
        return CheckedEntry(file, name, dtype, shape, offsets[0], offsets[1]);
    }

    private static SafetensorsEntry CheckedEntry(string file, string name, string dtype, List<long> shape, long begin, long end)
    {
        var bytes = DtypeBytes(dtype) ?? throw TensorError(file, name, $"dtype {dtype} is not known");
        foreach (var dimension in shape)
        {
            if (dimension is < 1 or > int.MaxValue || bytes > long.MaxValue / dimension)
                throw TensorError(file, name, $"dimension {dimension} is out of range");
            bytes *= dimension;
        }

        if (begin < 0 || end < begin || end - begin != bytes)
            throw TensorError(file, name, $"data_offsets {begin} to {end} do not hold {dtype} [{string.Join(',', shape)}]");
        return new SafetensorsEntry(name, dtype, [.. shape.Select(d => (int)d)], begin, end);
    }

    private static List<long> ParseNumbers(ref Utf8JsonReader reader, string file, string name, int most)
    {
        var numbers = new List<long>();
        Expect(ref reader, JsonTokenType.StartArray, file);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || numbers.Count == most)
                throw TensorError(file, name, $"expected at most {most} whole numbers");
            numbers.Add(number);
        }

        return numbers;
    }

    private static void RequireTiling(List<SafetensorsEntry> entries, long dataBytes, string file)
    {
        long covered = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin != covered)
            {
                throw new EdgeSeqException(
                    ErrorCodes.TensorsDoNotTile,
                    $"{file}: tensor '{entry.Name}' starts at data offset {entry.Begin}, expected {covered}");
            }

            covered = entry.End;
        }

        if (covered != dataBytes)
        {
            throw new EdgeSeqException(
                ErrorCodes.TensorsDoNotTile,
                $"{file}: the tensors end at data offset {covered}, the file has {dataBytes} bytes of data",
                covered > dataBytes ? "the file is cut off; copy it again" : null);
        }
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string file)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw new EdgeSeqException(
                ErrorCodes.HeaderInvalid, $"{file}: header byte {reader.TokenStartIndex}: expected {type}, found {reader.TokenType}");
        }
    }

    /// <summary>The next property's name, null at the object's end.</summary>
    private static string? NextProperty(ref Utf8JsonReader reader, string file)
    {
        if (!reader.Read())
            throw new EdgeSeqException(ErrorCodes.HeaderInvalid, $"{file}: the header ends early");
        return reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
    }

    private static long? DtypeBytes(string dtype) => dtype switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "I8" or "U8" or "BOOL" => 1,
        _ => null,
    };

    private static EdgeSeqException TensorError(string file, string name, string problem) =>
        new(ErrorCodes.TensorInvalid, $"{file}: tensor '{name}': {problem}");
}
