using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Fixtures;

/// <summary>Programs to run.</summary>
internal static class Programs
{
    /// <summary>The bundled model: six channels of motion at 50 Hz, six activities.</summary>
    public static string Activity { get; } = Path.Combine(Repository.Root, "models", "activity", "activity.eseq");

    /// <summary>The trained model that it was made from.</summary>
    public static string ActivityModel { get; } = Path.Combine(Repository.Root, "models", "activity", "activity.onnx");
}
