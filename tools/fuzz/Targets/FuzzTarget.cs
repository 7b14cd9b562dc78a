using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Fuzz.Targets;

/// <summary>What reads bytes from outside. A target returns whatever its input is: a typed error is as good as success, any other
/// exception is a finding.</summary>
public static class FuzzTarget
{
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>
    {
        ["program"] = Typed(ProgramTarget.Run),
        ["snapshot"] = Typed(SnapshotTarget.Run),
        ["onnx"] = Typed(OnnxTarget.Read),
        ["convert"] = Typed(OnnxTarget.Convert),
        ["npy"] = Typed(bytes => RecordingTarget.Run("npy", bytes)),
        ["csv"] = Typed(bytes => RecordingTarget.Run("csv", bytes)),
        ["wav"] = Typed(bytes => RecordingTarget.Run("wav", bytes)),
        ["text"] = Typed(bytes => RecordingTarget.Run("text", bytes)),
        ["vocabulary"] = Typed(SettingsTarget.Vocabulary),
        ["statistics"] = Typed(SettingsTarget.Statistics),
    };

    private static Action<byte[]> Typed(Action<byte[]> run) => bytes =>
    {
        try
        {
            run(bytes);
        }
        catch (EdgeSeqException)
        {
        }
    };
}
