using System.Buffers.Binary;
using System.IO.Hashing;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.State;

/// <summary>The parts of a snapshot whose form and checksum are sound.</summary>
internal ref struct SnapshotParts
{
    private const int IdentityOffset = 12;
    private const int IdentityBytes = 32;

    public long Steps;
    public ReadOnlySpan<byte> Session;
    public ReadOnlySpan<byte> Inputs;
    public ReadOnlySpan<byte> Source;
    public ReadOnlySpan<byte> Rule;
    public ReadOnlySpan<byte> Decisions;

    /// <summary>Checksum of the program that the session belongs to.</summary>
    public readonly ReadOnlySpan<byte> ProgramIdentity => Session.Slice(IdentityOffset, IdentityBytes);

    /// <exception cref="EdgeSeqException">ES0350.</exception>
    public static SnapshotParts Of(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(RunSnapshot.Magic))
            throw Invalid("it does not start with EDGESEQR");
        if (bytes.Length < RunSnapshot.Magic.Length + sizeof(long) + sizeof(uint)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^sizeof(uint)..]) != Crc32.HashToUInt32(bytes[..^sizeof(uint)]))
        {
            throw Invalid("its content differs from its checksum");
        }

        var rest = bytes[RunSnapshot.Magic.Length..^sizeof(uint)];
        var version = Number(ref rest);
        if (version != RunSnapshot.Version)
            throw Invalid($"version {version}, this EdgeSeq reads {RunSnapshot.Version}");
        var parts = new SnapshotParts
        {
            Steps = Number(ref rest),
            Session = Part(ref rest),
            Inputs = Part(ref rest),
            Source = Part(ref rest),
            Rule = Part(ref rest),
            Decisions = Part(ref rest),
        };
        return parts.Steps >= 0 && parts.Session.Length >= IdentityOffset + IdentityBytes && rest.IsEmpty ? parts
            : throw Invalid("its parts do not fit");
    }

    private static long Number(scoped ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < sizeof(long))
            throw Invalid("it ends early");
        var value = BinaryPrimitives.ReadInt64LittleEndian(rest);
        rest = rest[sizeof(long)..];
        return value;
    }

    private static ReadOnlySpan<byte> Part(scoped ref ReadOnlySpan<byte> rest)
    {
        var length = Number(ref rest);
        if (length < 0 || length > rest.Length)
            throw Invalid("it ends early");
        var part = rest[..(int)length];
        rest = rest[(int)length..];
        return part;
    }

    private static EdgeSeqException Invalid(string problem) =>
        new(ErrorCodes.SnapshotInvalid, "the snapshot is not usable: " + problem, "delete the snapshot to start afresh");
}
