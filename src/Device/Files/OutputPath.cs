using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Files;

/// <summary>Where a path that a user names for output really leads.</summary>
public static class OutputPath
{
    private const int MostLinks = 40;

    /// <exception cref="EdgeSeqException">ES0704 where the output would replace what is read.</exception>
    public static void RequireOther(string output, params ReadOnlySpan<string?> inputs)
    {
        foreach (var input in inputs)
        {
            if (input is not null && IsSame(input, output))
            {
                throw new EdgeSeqException(
                    ErrorCodes.OptionInvalid, $"{output} is read and would be written: output and input are the same file",
                    "write to another file");
            }
        }
    }

    /// <summary>The path behind all symbolic links, also behind one whose target does not exist yet, and what is there.</summary>
    /// <exception cref="EdgeSeqException">ES0603 for links that lead in a circle.</exception>
    internal static (string Path, FileKind Kind) Resolve(string path)
    {
        var target = Path.GetFullPath(path);
        for (var links = 0; new FileInfo(target).LinkTarget is { } next; links++)
        {
            if (links == MostLinks)
                throw new EdgeSeqException(ErrorCodes.WriteFailed, $"{path}: its symbolic links lead in a circle");
            target = Path.GetFullPath(next, Path.GetDirectoryName(target)!);
        }

        return (target, KindOf(target));
    }

    /// <summary>Whether both paths lead to the same file.</summary>
    private static bool IsSame(string one, string other) =>
        File.Exists(one) && File.Exists(other)
        && (Resolve(one).Path == Resolve(other).Path || (OperatingSystem.IsLinux() && Posix.IsSameFile(one, other)));

    private static FileKind KindOf(string path)
    {
        if (Directory.Exists(path))
            return FileKind.Folder;
        return OperatingSystem.IsLinux() && File.Exists(path) && !Posix.IsRegularFile(path) ? FileKind.Special : FileKind.Regular;
    }
}
