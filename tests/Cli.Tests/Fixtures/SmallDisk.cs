using System.Diagnostics;

namespace EdgeSeq.Cli.Tests.Fixtures;

/// <summary>A file system in memory that is soon full.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    public string[] Names =>
        [.. Directory.GetFileSystemEntries(_path).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    /// <summary>Null where the system does not allow it.</summary>
    public static SmallDisk? TryMount(string path, int kilobytes)
    {
        Directory.CreateDirectory(path);
        return OperatingSystem.IsLinux() && Succeeds("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", path)
            ? new SmallDisk(path) : null;
    }

    public string File(string name) => Path.Combine(_path, name);

    public string Write(string name, string content)
    {
        System.IO.File.WriteAllText(File(name), content);
        return File(name);
    }

    /// <summary>Leaves no room for anything more.</summary>
    public void Fill()
    {
        using var filler = new FileStream(File("rest"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                filler.Write(new byte[256]);
        }
        catch (IOException)
        {
            // Now it is full.
        }
    }

    public void Dispose() => Succeeds("umount", _path);

    private static bool Succeeds(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
