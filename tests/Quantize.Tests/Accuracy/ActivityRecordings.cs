using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Tests.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Accuracy;

/// <summary>The shared recordings of activities: windows of 128 steps with 9 channels, in sensor units.</summary>
internal static class ActivityRecordings
{
    public const int Steps = 128, Channels = 9;

    /// <summary>What the models that do not normalise their input themselves were trained with.</summary>
    public static NormalizeStats Normalization => NormalizeStats.Read(Shared.Path("data/har_meta.json"));

    /// <summary>Windows [steps × channels] to calibrate with, none of which is a test window.</summary>
    public static RecordingSet Calibration(TemporaryFolder folder, int every = 80) =>
        Store(folder, "calibration.npy", Windows("har_train_x", every));

    public static RecordingSet Test(TemporaryFolder folder, int every) => Store(folder, "test.npy", Windows("har_test_x", every));

    public static List<float[]> TestWindows() => Windows("har_test_x", every: 1);

    /// <summary>The class of every test window, from 0.</summary>
    public static int[] TestClasses()
    {
        using var reader = NpyReader.Open(Shared.Path("data/har_test_y.npy"));
        var labels = new long[reader.Header.Shape[0]];
        reader.Read(labels);
        return [.. labels.Select(label => (int)label - 1)];
    }

    /// <summary>20,000 steps of one person after another, [steps × channels].</summary>
    public static float[] Stream() => NpyFile.Read(Shared.Path("data/har_test_stream_x.npy")).ToFloats();

    private static List<float[]> Windows(string name, int every) =>
        [.. NpyFile.Read(Shared.Path($"data/{name}.npy")).ToFloats().Chunk(Steps * Channels).Where((_, i) => i % every == 0)];

    private static RecordingSet Store(TemporaryFolder folder, string name, List<float[]> windows)
    {
        var path = folder.File(name);
        using var writer = new NpyWriter(path, isFloat: true);
        windows.ForEach(window => writer.Write(window));
        writer.Complete([windows.Count, Steps, Channels]);
        return new RecordingSet(path);
    }
}
