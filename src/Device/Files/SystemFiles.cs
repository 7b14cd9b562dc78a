namespace EdgeSeq.Device.Files;

/// <summary>The file layer of the operating system.</summary>
internal sealed class SystemFiles : IFileLayer
{
    public static SystemFiles Instance { get; } = new();

    public Stream CreateNew(string path, bool isBuffered)
    {
        const int BufferBytes = 1 << 12;
        return new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, isBuffered ? BufferBytes : 0);
    }

    public void Sync(Stream stream) => ((FileStream)stream).Flush(flushToDisk: true);

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsWindows())
            Posix.SyncFolder(folder);
    }

    public void Delete(string path) => File.Delete(path);
}
