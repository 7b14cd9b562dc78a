using System.Text.Json;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Runtime.Program;

/// <summary>A program file whose container is verified: header, tiling, alignment, checksum and JSON. What the program says is
/// verified by <see cref="ProgramVerifier"/> and the ops.</summary>
internal sealed class ProgramFile
{
    private readonly Dictionary<string, SafetensorsEntry> _entries;
    private readonly long _dataOffset;

    private ProgramFile(
        string name, ProgramImage image, long dataOffset, Dictionary<string, SafetensorsEntry> entries, ProgramSpec program,
        byte[] identity)
    {
        Name = name;
        Image = image;
        _dataOffset = dataOffset;
        _entries = entries;
        Program = program;
        Identity = identity;
    }

    /// <summary>Path or name, for messages.</summary>
    public string Name { get; }

    public ProgramImage Image { get; }

    public ProgramSpec Program { get; }

    /// <summary>The file's checksum: snapshots are bound to it. Empty where there is no file.</summary>
    public byte[] Identity { get; }

    /// <exception cref="EdgeSeqException">ES0101 to ES0108, ES0114.</exception>
    public static ProgramFile Read(ProgramImage image, string name)
    {
        if (image.Length > int.MaxValue)
            throw new EdgeSeqException(ErrorCodes.MemoryTooLarge, $"{name}: {image.Length} bytes, programs end at 2 GiB");
        var header = SafetensorsHeader.Parse(image.Span(0, (int)image.Length), image.Length, name);
        foreach (var entry in header.Entries)
            RequireAligned(entry, header.DataOffset, name);

        var json = Metadata(header, ProgramChecksum.ProgramKey, name);
        var identity = VerifiedChecksum(image, header, json, name);
        var entries = header.Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
        return new ProgramFile(name, image, header.DataOffset, entries, ParseProgram(json, name), identity);
    }

    /// <summary>A program that its maker runs at once and never writes: without a header, and without a checksum to compare.</summary>
    /// <param name="data">The data part alone, in which the tensors lie as in a file.</param>
    public static ProgramFile Unwritten(ProgramSpec program, IEnumerable<SafetensorsEntry> tensors, ProgramImage data) =>
        new(program.Name, data, 0, tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal), program, []);

    public SafetensorsEntry? Find(string tensor) => _entries.GetValueOrDefault(tensor);

    public ReadOnlySpan<byte> Bytes(SafetensorsEntry entry) => Image.Span(_dataOffset + entry.Begin, (int)entry.Bytes);

    public unsafe nint Address(SafetensorsEntry entry) => (nint)(Image.Pointer + _dataOffset + entry.Begin);

    private static void RequireAligned(SafetensorsEntry entry, long dataOffset, string name)
    {
        var offset = dataOffset + entry.Begin;
        if (offset % ProgramSpec.Alignment != 0 && !entry.Name.StartsWith("pad.", StringComparison.Ordinal))
            throw new EdgeSeqException(ErrorCodes.TensorMisaligned, $"{name}: tensor '{entry.Name}' starts at file offset {offset}");
    }

    private static string Metadata(SafetensorsHeader header, string key, string name) =>
        header.Metadata.GetValueOrDefault(key)
        ?? throw new EdgeSeqException(ErrorCodes.ProgramInvalid, $"{name}: the metadata has no '{key}'", Hints.Reconvert);

    private static byte[] VerifiedChecksum(ProgramImage image, SafetensorsHeader header, string json, string name)
    {
        var stated = Metadata(header, ProgramChecksum.ChecksumKey, name);
        var data = image.Span(header.DataOffset, (int)(image.Length - header.DataOffset));
        var actual = ProgramChecksum.Compute(json, data);
        if (stated != actual)
        {
            throw new EdgeSeqException(
                ErrorCodes.ChecksumMismatch, $"{name}: checksum {actual}, the file says {stated}", Hints.Reconvert);
        }

        return Convert.FromHexString(actual);
    }

    private static ProgramSpec ParseProgram(string json, string name)
    {
        try
        {
            var program = ProgramJsonReader.Read(json);
            return program.Format == ProgramSpec.CurrentFormat
                ? program
                : throw new EdgeSeqException(
                    ErrorCodes.FormatUnknown,
                    $"{name}: format {program.Format}, this version reads {ProgramSpec.CurrentFormat}",
                    program.Format < ProgramSpec.CurrentFormat ? Hints.Reconvert : "use an EdgeSeq of the converter's version");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new EdgeSeqException(ErrorCodes.ProgramInvalid, $"{name}: the program is not valid JSON or not complete{JsonPlace.Of(e)}",
                Hints.Reconvert, e);
        }
    }
}
