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

    /// <summary>Whether a path is a folder's. One that ends in a slash must be.</summary>
    /// <exception cref="EdgeSeqException">ES0601 where there is no such folder.</exception>
    public static bool IsFolder(string path)
    {
        if (Directory.Exists(path))
            return true;
        if (!Path.EndsInDirectorySeparator(path))
            return false;
        var file = Path.TrimEndingDirectorySeparator(path);
        throw new EdgeSeqException(ErrorCodes.FileMissing, $"{path}: {(File.Exists(file) ? "is a file, not a folder" : "no such folder")}",
            File.Exists(file) ? "leave the slash at the end out" : "check the path");
    }

    private static string Reason(string path, Exception e) => Directory.Exists(path) ? "is a folder, not a file" : IoReason.Of(e);
}
