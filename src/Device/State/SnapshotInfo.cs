using System.Text;
using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.State;

/// <summary>What can be told of a snapshot without its program.</summary>
/// <param name="ProgramSha256">The checksum of the program that it was taken with, in lower case hexadecimal digits.</param>
/// <param name="Steps">Steps of the stream until it was taken.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Rule">The rule of its decisions, null for none.</param>
public sealed record SnapshotInfo(string ProgramSha256, long Steps, long Bytes, string? Rule)
{
    /// <summary>Whether a file starts as a snapshot does.</summary>
    public static bool IsSnapshot(string path)
    {
        Span<byte> start = stackalloc byte[RunSnapshot.Magic.Length];
        using var file = InputFile.Open(path);
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(RunSnapshot.Magic);
    }

    /// <exception cref="EdgeSeqException">ES0350, ES0601, ES0602.</exception>
    public static SnapshotInfo Read(string path)
    {
        using var file = InputFile.Open(path);
        var bytes = new byte[file.Length];
        file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var parts = SnapshotParts.Of(bytes);
        return new SnapshotInfo(
            Convert.ToHexStringLower(parts.ProgramIdentity), parts.Steps, bytes.Length, parts.Rule.IsEmpty ? null
            : Encoding.UTF8.GetString(parts.Rule));
    }
}
