using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>A session's state as bytes: magic, version, identity of the program, sizes, state, last good inputs and a SHA-256 of all
/// of that. docs/file-format.md describes it.</summary>
internal sealed class Snapshot
{
    private const int Version = 1;
    private const int IdentityStart = 12;
    private const int SizesStart = IdentityStart + Sha256.HashBytes;
    private const int HeaderBytes = SizesStart + 20;

    private static readonly byte[] Magic = [.. "EDGESEQS"u8];

    private readonly byte[] _content;
    private readonly int _stateBytes;

    private Snapshot(byte[] content, int stateBytes)
    {
        _content = content;
        _stateBytes = stateBytes;
    }

    public ReadOnlySpan<byte> State => _content.AsSpan(HeaderBytes, _stateBytes);

    public ReadOnlySpan<byte> GoodInputs => _content.AsSpan(HeaderBytes + _stateBytes);

    public bool HasGoodInputs => _content[HeaderBytes - 4] == 1;

    public static void Write(Stream stream, byte[] identity, ReadOnlySpan<byte> state, bool hasGoodInputs, ReadOnlySpan<byte> goodInputs)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[Magic.Length..], Version);
        identity.CopyTo(header[IdentityStart..]);
        BinaryPrimitives.WriteInt64LittleEndian(header[SizesStart..], state.Length);
        BinaryPrimitives.WriteInt64LittleEndian(header[(SizesStart + 8)..], goodInputs.Length);
        header[HeaderBytes - 4] = hasGoodInputs ? (byte)1 : (byte)0;

        var hash = new Sha256();
        hash.Append(header);
        hash.Append(state);
        hash.Append(goodInputs);
        stream.Write(header);
        stream.Write(state);
        stream.Write(goodInputs);
        stream.Write(hash.Finish());
    }

    /// <exception cref="EdgeSeqException">ES0350 to ES0352.</exception>
    public static Snapshot Read(Stream stream, Model model, int inputBytes)
    {
        var header = ReadExactly(stream, HeaderBytes);
        RequireHeader(header, model, inputBytes);
        var stateBytes = (int)model.StateBytes;
        byte[] content = [.. header, .. ReadExactly(stream, stateBytes + inputBytes)];
        RequireChecksum(content, ReadExactly(stream, Sha256.HashBytes));
        var snapshot = new Snapshot(content, stateBytes);
        snapshot.RequireStepCount(model);
        snapshot.RequireNoNaN(model);
        return snapshot;
    }

    private static byte[] ReadExactly(Stream stream, int count)
    {
        var bytes = new byte[count];
        var read = stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false);
        return read == count ? bytes : throw Invalid($"it ends {count - read} bytes early");
    }

    private static void RequireHeader(ReadOnlySpan<byte> header, Model model, int inputBytes)
    {
        if (!header.StartsWith(Magic))
            throw Invalid("it does not start with EDGESEQS");
        var version = BinaryPrimitives.ReadInt32LittleEndian(header[Magic.Length..]);
        if (version != Version)
            throw Invalid($"version {version}, this EdgeSeq reads {Version}");
        if (!header.Slice(IdentityStart, Sha256.HashBytes).SequenceEqual(model.Identity))
        {
            throw new EdgeSeqException(
                ErrorCodes.SnapshotOfOtherProgram,
                $"the snapshot was taken with another program than {model.Program.Name}",
                "delete the snapshot to start afresh, or run the program that it was taken with");
        }

        if (BinaryPrimitives.ReadInt64LittleEndian(header[SizesStart..]) != model.StateBytes
            || BinaryPrimitives.ReadInt64LittleEndian(header[(SizesStart + 8)..]) != inputBytes
            || header[HeaderBytes - 4] > 1)
        {
            throw Invalid("its sizes are not the program's");
        }
    }

    private static void RequireChecksum(byte[] content, byte[] stated)
    {
        var hash = new Sha256();
        hash.Append(content);
        if (!hash.Finish().AsSpan().SequenceEqual(stated))
            throw Invalid("its content differs from its checksum");
    }

    private void RequireStepCount(Model model)
    {
        var steps = BinaryPrimitives.ReadInt64LittleEndian(State);
        // Far above any stream, far below where clocks would overflow.
        var most = Math.Min(model.Program.MaxSteps ?? long.MaxValue, long.MaxValue / 4);
        if (steps < 0 || steps > most)
            throw Invalid($"step {steps} is not 0 to {most}");
    }

    private void RequireNoNaN(Model model)
    {
        foreach (var value in model.Values)
        {
            if (value is not { Place: ValuePlace.State, Type: ElementType.F32 })
                continue;
            var floats = MemoryMarshal.Cast<byte, float>(State.Slice((int)value.Address, (int)value.Bytes));
            if (TensorPrimitives.IsNaNAny(floats))
            {
                throw new EdgeSeqException(ErrorCodes.SnapshotHasNaN, $"the snapshot has a NaN in state '{value.Name}'",
                    "delete the snapshot");
            }
        }
    }

    private static EdgeSeqException Invalid(string problem) =>
        new(ErrorCodes.SnapshotInvalid, "the snapshot is not usable: " + problem, "delete the snapshot to start afresh");
}
