using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Runtime.Program;

/// <summary>The bytes of a program file, mapped or copied, at a fixed address on a 64-byte boundary. Reference counted (as every
/// SafeHandle), so that a session keeps its model's memory alive.</summary>
internal sealed unsafe class ProgramImage : SafeHandle
{
    private readonly SafeHandle _owner;

    private ProgramImage(SafeHandle owner, byte* pointer, long length)
        : base(0, ownsHandle: true)
    {
        _owner = owner;
        Length = length;
        SetHandle((nint)pointer);
    }

    public byte* Pointer => (byte*)handle;

    public long Length { get; }

    public override bool IsInvalid => handle == 0;

    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)offset, (ulong)(Length - length));
        return new ReadOnlySpan<byte>(Pointer + offset, length);
    }

    /// <summary>Copies a file: what happens to it afterwards does not matter.</summary>
    /// <exception cref="EdgeSeqException">ES0101, ES0601, ES0602.</exception>
    public static ProgramImage Read(string path) => Guarded(path, () =>
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(file);
        RequireContent(length, path);
        var block = new NativeBlock(length);
        for (long done = 0; done < length;)
        {
            var read = RandomAccess.Read(file, new Span<byte>(block.Pointer + done, (int)Math.Min(length - done, 1 << 30)), done);
            if (read == 0)
            {
                throw new EdgeSeqException(ErrorCodes.FileUnreadable, $"{path}: the file became shorter while it was read",
                    Hints.Reconvert);
            }

            done += read;
        }

        return new ProgramImage(block, block.Pointer, length);
    });

    /// <summary>Maps a file read-only: it must stay as it is while the image lives.</summary>
    /// <exception cref="EdgeSeqException">ES0101, ES0601, ES0602.</exception>
    public static ProgramImage Map(string path) => Guarded(path, () =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        // Length is read once; the view below has exactly this many bytes.
        var length = file.Length;
        RequireContent(length, path);
        using var mapping = MemoryMappedFile.CreateFromFile(
            file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        using var view = mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        // The acquired pointer keeps the view mapped after the accessor is disposed; ReleaseHandle lets it go.
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        return new ProgramImage(view.SafeMemoryMappedViewHandle, pointer, length);
    });

    public static ProgramImage Copy(ReadOnlySpan<byte> bytes)
    {
        var block = new NativeBlock(bytes.Length);
        bytes.CopyTo(new Span<byte>(block.Pointer, bytes.Length));
        return new ProgramImage(block, block.Pointer, bytes.Length);
    }

    /// <summary>Copies parts, one behind the other.</summary>
    public static ProgramImage Join(IReadOnlyList<byte[]> parts)
    {
        var length = parts.Sum(part => (long)part.Length);
        var block = new NativeBlock(length);
        var to = block.Pointer;
        foreach (var part in parts)
        {
            part.CopyTo(new Span<byte>(to, part.Length));
            to += part.Length;
        }

        return new ProgramImage(block, block.Pointer, length);
    }

    protected override bool ReleaseHandle()
    {
        if (_owner is Microsoft.Win32.SafeHandles.SafeMemoryMappedViewHandle view)
            view.ReleasePointer();
        else
            _owner.Dispose();
        return true;
    }

    private static void RequireContent(long length, string path)
    {
        if (length == 0)
            throw new EdgeSeqException(ErrorCodes.NotAProgram, $"{path}: the file is empty", Hints.Reconvert);
        if (length > int.MaxValue)
            throw new EdgeSeqException(ErrorCodes.MemoryTooLarge, $"{path}: {length} bytes, programs end at 2 GiB");
    }

    private static ProgramImage Guarded(string path, Func<ProgramImage> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EdgeSeqException(ErrorCodes.FileMissing, $"{path}: no such file", "check the path", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new EdgeSeqException(ErrorCodes.FileUnreadable, $"{path}: {IoReason.Of(e)}", "check the path and its permissions", e);
        }
    }
}
