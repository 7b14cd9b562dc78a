using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Fuzz.Targets;

/// <summary>Restores a snapshot into a session of the bundled program, which must go on either way.</summary>
internal static class SnapshotTarget
{
    private static readonly Lazy<Model> Bundled = new(() => Model.Load(Path.Combine(AppContext.BaseDirectory, "activity.eseq")));

    public static void Run(byte[] snapshot)
    {
        using var session = Bundled.Value.CreateSession();
        var (sample, scores) = (new float[Bundled.Value.Inputs[0].Length], new float[Bundled.Value.Outputs[0].Length]);
        try
        {
            session.Restore(new MemoryStream(snapshot));
        }
        finally
        {
            session.Step(sample, scores);
        }
    }
}
