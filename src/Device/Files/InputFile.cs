using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Files;

/// <summary>Opens files that a user names, with the errors that users see.</summary>
public static class InputFile
{
    /// <summary>Opens a file for sequential reading; the caller buffers.</summary>
    /// <exception cref="EdgeSeqException">ES0601 when it does not exist, ES0602 when it cannot be read.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EdgeSeqException(ErrorCodes.FileMissing, $"{path}: no such file", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeSeqException(ErrorCodes.FileUnreadable, $"{path}: {Reason(path, e)}", inner: e);
        }
    }

    private static string Reason(string path, Exception e) => Directory.Exists(path) ? "is a folder, not a file" : IoReason.Of(e);
}
