using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Files;

/// <summary>A file that appears under its name only when it is whole: written beside it, flushed to the disk, then renamed.</summary>
public sealed class AtomicFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private bool _isCommitted;

    /// <exception cref="EdgeSeqException">ES0603.</exception>
    public AtomicFile(string path)
    {
        _path = path;
        _temporary = $"{path}.{Environment.ProcessId}.tmp";
        Stream = Guarded(() => new FileStream(_temporary, FileMode.Create, FileAccess.ReadWrite));
    }

    public FileStream Stream { get; }

    /// <exception cref="EdgeSeqException">ES0603.</exception>
    public void Commit() => Guarded(() =>
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        return _isCommitted = true;
    });

    public void Dispose()
    {
        if (_isCommitted)
            return;
        Stream.Dispose();
        File.Delete(_temporary);
    }

    private T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeSeqException(ErrorCodes.WriteFailed, $"{_path}: {IoReason.Of(e)}", inner: e);
        }
    }
}
