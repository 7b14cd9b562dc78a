namespace EdgeSeq.Runtime.Errors;

/// <summary>Why the system refused a file, in words that are the same whether or not the framework's messages were trimmed away.</summary>
public static class IoReason
{
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int IoError = 5;

    public static string Of(Exception e) => e switch
    {
        FileNotFoundException => "no such file",
        DirectoryNotFoundException => "no such folder",
        UnauthorizedAccessException => "access denied, or a folder where a file is needed",
        PathTooLongException => "the path is too long",
        IOException => (e.HResult & 0xFFFF) switch
        {
            NoSpace => "no space left on the device",
            ReadOnlyFileSystem => "the file system is read-only",
            IoError => "the device reports an input/output error",
            var number => $"the system reports error {number}",
        },
        _ => "not a usable path",
    };
}
