using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.State;

/// <summary>A run's state in two files: the newest snapshot, and the one before it. A snapshot is written beside them, synced and renamed,
/// so that at any moment one of the two is whole.</summary>
internal sealed class SnapshotStore(string path, IFileLayer files)
{
    public SnapshotStore(string path)
        : this(path, SystemFiles.Instance)
    {
    }

    /// <summary>The file of the snapshot before the newest.</summary>
    public static string PreviousOf(string path) => path + ".previous";

    /// <exception cref="EdgeSeqException">ES0603; an older snapshot is then as it was.</exception>
    public void Save(RunState state)
    {
        using var content = new MemoryStream();
        RunSnapshot.Write(content, state);
        using var file = new OutputFile(path, files);
        file.Stream.Write(content.GetBuffer().AsSpan(0, (int)content.Length));
        file.Commit(PreviousOf(path));
    }

    /// <summary>Goes on from the newest snapshot that is whole and belongs to this program; else the run starts clean.</summary>
    /// <param name="state">The run, at its start.</param>
    /// <param name="warn">Told why a snapshot that is there was not used.</param>
    /// <returns>Whether the run goes on from a snapshot.</returns>
    public bool TryRestore(RunState state, Action<string> warn)
    {
        foreach (var candidate in new[] { path, PreviousOf(path) })
        {
            if (File.Exists(candidate) && TryRestore(candidate, state, warn))
                return true;
        }

        return false;
    }

    private static bool TryRestore(string candidate, RunState state, Action<string> warn)
    {
        try
        {
            if (!RunSnapshot.Read(File.ReadAllBytes(candidate), state))
                warn($"{candidate}: the snapshot was taken with another rule: decisions start anew");
            return true;
        }
        catch (EdgeSeqException e)
        {
            warn($"{candidate}: {e.Message}; it was not used");
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            warn($"{candidate}: {IoReason.Of(e)}; it was not used");
            return false;
        }
    }
}
