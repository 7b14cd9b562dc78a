namespace EdgeSeq.Device.Files;

/// <summary>The operations that writing a file takes, so that a test can let each of them fail.</summary>
internal interface IFileLayer
{
    /// <summary>Makes a file that must not be there yet.</summary>
    /// <param name="isBuffered">Whether small writes are gathered.</param>
    Stream CreateNew(string path, bool isBuffered);

    /// <summary>Returns when what was written would survive a power cut.</summary>
    void Sync(Stream stream);

    /// <summary>Gives a file another name in one step, in the place of a file that had it.</summary>
    void Rename(string from, string to);

    /// <summary>Returns when the names in a folder would survive a power cut.</summary>
    void SyncFolder(string folder);

    void Delete(string path);
}
