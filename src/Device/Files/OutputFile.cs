using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Files;

/// <summary>The one way to write a file. It appears under its name only when it is whole: written under an unpredictable name in the same
/// folder, flushed to the disk, then renamed over a regular file or nothing. A symbolic link is followed, and stays. A device, a pipe or a
/// socket is written to when the content is whole, and never replaced. Disposed without <see cref="Commit"/>, it leaves nothing behind
/// and the old file as it was.</summary>
public sealed class OutputFile : IDisposable
{
    private readonly string _name;
    private readonly string _path;
    private readonly string _temporary;
    private readonly bool _isSpecial;
    private readonly IFileLayer _files;
    private bool _isCommitted;

    /// <exception cref="EdgeSeqException">ES0603.</exception>
    public OutputFile(string path)
        : this(path, SystemFiles.Instance)
    {
    }

    /// <param name="isBuffered">Whether small writes are gathered; for a caller that does not do so itself.</param>
    internal OutputFile(string path, IFileLayer files, bool isBuffered = true)
    {
        _name = path;
        _files = files;
        (_path, var kind) = OutputPath.Resolve(path);
        if (kind == FileKind.Folder)
            throw new EdgeSeqException(ErrorCodes.WriteFailed, $"{path}: is a folder, a file is needed");
        _isSpecial = kind == FileKind.Special;
        _temporary = TemporaryName(_isSpecial ? Path.Combine(Path.GetTempPath(), Path.GetFileName(_path)) : _path);
        Stream = new GuardedStream(path, Guarded(() => _files.CreateNew(_temporary, isBuffered)));
    }

    /// <summary>Takes the content. Failures are ES0603.</summary>
    public GuardedStream Stream { get; }

    /// <summary>Writes a whole file.</summary>
    /// <exception cref="EdgeSeqException">ES0603.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var file = new OutputFile(path);
        file.Stream.Write(content);
        file.Commit();
    }

    /// <summary>Puts the content in its place, and returns when it would survive a power cut.</summary>
    /// <param name="previous">The name that the old file takes; null lets it go.</param>
    /// <exception cref="EdgeSeqException">ES0603.</exception>
    public void Commit(string? previous = null) => Guarded(() =>
    {
        Stream.Flush();
        if (_isSpecial)
            CopyToTarget();
        else
            Rename(previous);
        return _isCommitted = true;
    });

    public void Dispose()
    {
        if (_isCommitted && !_isSpecial)
            return;
        try
        {
            Stream.Dispose();
        }
        catch (EdgeSeqException)
        {
            // A full disk may refuse what is still buffered; the file goes anyway.
        }

        try
        {
            _files.Delete(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to tell.
        }
    }

    private static string TemporaryName(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}.tmp");

    private void Rename(string? previous)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(_path))
            File.SetUnixFileMode(_temporary, File.GetUnixFileMode(_path));
        _files.Sync(Stream.Inner);
        Stream.Dispose();
        if (previous is not null && File.Exists(_path))
            _files.Rename(_path, previous);
        _files.Rename(_temporary, _path);
        _files.SyncFolder(Path.GetDirectoryName(_path)!);
    }

    private void CopyToTarget()
    {
        Stream.Position = 0;
        using var target = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        Stream.Inner.CopyTo(target);
    }

    private T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeSeqException(ErrorCodes.WriteFailed, $"{_name}: {IoReason.Of(e)}", inner: e);
        }
    }
}
