namespace EdgeSeq.Device;

/// <summary>What tells one file at a path from another that took its place, or from itself after a change.</summary>
public readonly record struct FileStamp(ulong Device, ulong Inode, long Modified, long ModifiedNanoseconds, ulong Length)
{
    /// <summary>The stamp of the file that a path leads to, null where there is none; on Linux without allocation.</summary>
    public static FileStamp? Of(string path)
    {
        if (OperatingSystem.IsLinux())
            return Posix.TryStamp(path);
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(0, 0, file.LastWriteTimeUtc.Ticks, 0, (ulong)file.Length) : null;
    }
}
