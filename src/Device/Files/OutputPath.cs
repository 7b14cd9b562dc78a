using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Files;

/// <summary>Where a path that a user names for output really leads.</summary>
public static class OutputPath
{
    private const int MostLinks = 40;

    /// <exception cref="EdgeSeqException">ES0704 where the output would replace what is read: a file, a folder, or an array in a folder
    /// that is read.</exception>
    public static void RequireOther(string output, params ReadOnlySpan<string?> inputs)
    {
        foreach (var input in inputs)
        {
            if (input is not null && (IsSame(input, output) || IsIn(input, output)))
            {
                throw new EdgeSeqException(
                    ErrorCodes.OptionInvalid, $"{output} is read and would be written: output and input are the same file",
                    "write to another file");
            }
        }
    }

    /// <summary>Whether a path leads to a device, a pipe or a socket, which may be written to from several places.</summary>
    public static bool IsSpecial(string path) => Resolve(path).Kind == FileKind.Special;

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

    /// <summary>Whether both paths lead to the same file or folder.</summary>
    private static bool IsSame(string one, string other) =>
        Path.Exists(one) && Path.Exists(other)
        && (Path.TrimEndingDirectorySeparator(Resolve(one).Path) == Path.TrimEndingDirectorySeparator(Resolve(other).Path)
            || (OperatingSystem.IsLinux() && Posix.IsSameFile(one, other)));

    /// <summary>Whether a file is one of the arrays of a folder of recordings.</summary>
    private static bool IsIn(string folder, string file) =>
        Directory.Exists(folder) && File.Exists(file) && Directory.EnumerateFiles(folder, "*.npy").Any(array => IsSame(array, file));

    private static FileKind KindOf(string path)
    {
        if (Directory.Exists(path))
            return FileKind.Folder;
        return OperatingSystem.IsLinux() && File.Exists(path) && !Posix.IsRegularFile(path) ? FileKind.Special : FileKind.Regular;
    }
}
