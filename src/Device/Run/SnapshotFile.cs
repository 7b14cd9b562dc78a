using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Run;

/// <summary>A session's state in a file.</summary>
public static class SnapshotFile
{
    /// <summary>Goes on from the file's state if the file is there.</summary>
    public static bool TryRestore(string path, Session session)
    {
        if (!File.Exists(path))
            return false;
        using var stream = InputFile.Open(path);
        session.Restore(stream);
        return true;
    }

    /// <summary>Replaces the file by the session's state.</summary>
    public static void Save(string path, Session session)
    {
        using var file = new OutputFile(path);
        session.Save(file.Stream);
        file.Commit();
    }
}
