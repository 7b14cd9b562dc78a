using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.State;

/// <summary>Everything that a stream carries from step to step, as bytes: the steps done, the session, the last inputs (which overlap with
/// the next frame), what the source keeps, and the decisions with their rule. docs/file-format.md describes the form.</summary>
internal static class RunSnapshot
{
    public const int Version = 1;

    private const int ChecksumBytes = sizeof(uint);

    public static ReadOnlySpan<byte> Magic => "EDGESEQR"u8;

    /// <summary>Writes the state of a run into an empty stream.</summary>
    public static void Write(MemoryStream stream, RunState state)
    {
        stream.Write(Magic);
        WriteInt64(stream, Version);
        WriteInt64(stream, state.Steps);
        WritePart(stream, () => state.Session.Save(stream));
        WritePart(stream, () => state.Inputs.VisitState(part => stream.Write(part)));
        WritePart(stream, () => state.VisitSource(part => stream.Write(part)));
        WritePart(stream, () => stream.Write(Encoding.UTF8.GetBytes(state.Rule ?? "")));
        WritePart(stream, () => state.Decisions?.VisitState(part => stream.Write(part)));
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Crc32.HashToUInt32(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        stream.Write(checksum);
    }

    /// <summary>Puts a run back where it was. Whatever is wrong is found before anything is changed.</summary>
    /// <returns>Whether the decisions go on too: they start anew under another rule.</returns>
    /// <exception cref="EdgeSeqException">ES0350 to ES0352; the run is then as before.</exception>
    public static bool Read(ReadOnlySpan<byte> bytes, RunState state)
    {
        var parts = SnapshotParts.Of(bytes);
        RequireLength(parts.Inputs, state.Inputs.VisitState, "inputs");
        RequireLength(parts.Source, state.VisitSource, "source");
        var sameRule = Encoding.UTF8.GetString(parts.Rule) == (state.Rule ?? "");
        if (sameRule && state.Decisions is { } decisions)
            RequireLength(parts.Decisions, decisions.VisitState, "decisions");
        using (var session = new MemoryStream(parts.Session.ToArray()))
            state.Session.Restore(session);
        Fill(parts.Inputs, state.Inputs.VisitState);
        Fill(parts.Source, state.VisitSource);
        if (sameRule && state.Decisions is not null)
            Fill(parts.Decisions, state.Decisions.VisitState);
        state.Steps = parts.Steps;
        return sameRule;
    }

    private static void WriteInt64(MemoryStream stream, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    /// <summary>A part with its length before it.</summary>
    private static void WritePart(MemoryStream stream, Action write)
    {
        var start = stream.Position;
        WriteInt64(stream, 0);
        write();
        BinaryPrimitives.WriteInt64LittleEndian(stream.GetBuffer().AsSpan((int)start), stream.Position - start - sizeof(long));
    }

    private static void RequireLength(ReadOnlySpan<byte> part, Action<SpanAction> visit, string name)
    {
        var length = 0;
        visit(span => length += span.Length);
        if (length != part.Length)
        {
            throw new EdgeSeqException(
                ErrorCodes.SnapshotInvalid, $"the snapshot keeps {part.Length} bytes of {name}, this run {length}",
                "run it with the same options, or delete it");
        }
    }

    private static void Fill(ReadOnlySpan<byte> part, Action<SpanAction> visit)
    {
        var rest = part.ToArray().AsMemory();
        visit(span =>
        {
            rest.Span[..span.Length].CopyTo(span);
            rest = rest[span.Length..];
        });
    }
}
