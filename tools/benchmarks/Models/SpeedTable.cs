using System.Globalization;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.Benchmarks.Models;

/// <summary>The results as text.</summary>
internal static class SpeedTable
{
    public static string Of(IReadOnlyList<ModelSpeed> results)
    {
        var table = new TextTable(("model", false), ("mode", false), ("int8 µs", true), ("f32 µs", true), ("ORT f32 µs", true),
            ("ORT int8 µs", true), ("ORT/int8", true), ("ORT/f32", true), ("misses", false), ("note", false));
        foreach (var result in results)
        {
            table.Add(result.Model, result.Mode, Micro(result.Int8), Micro(result.Float32), Micro(result.OrtFloat32), Micro(result.OrtInt8),
                Gain(result.Int8Gain), Gain(result.Float32Gain), Misses(result), result.Note);
        }

        var int8 = Count(results, result => result.Int8Gain, ModelSpeed.Int8Goal);
        var float32 = Count(results, result => result.Float32Gain, ModelSpeed.Float32Goal);
        return string.Create(CultureInfo.InvariantCulture, $"{table}against ONNX Runtime's best: int8 {ModelSpeed.Int8Goal} times as fast "
            + $"or more: {int8}; float32 {ModelSpeed.Float32Goal} times: {float32}{Environment.NewLine}");
    }

    private static string Misses(ModelSpeed result)
    {
        var int8 = result.Int8Gain < ModelSpeed.Int8Goal;
        var float32 = result.Float32Gain < ModelSpeed.Float32Goal;
        return (int8, float32) switch
        {
            (true, true) => "both",
            (true, false) => "int8",
            (false, true) => "f32",
            _ => "",
        };
    }

    private static string Count(IReadOnlyList<ModelSpeed> results, Func<ModelSpeed, double?> gain, double goal) =>
        $"{results.Count(result => gain(result) >= goal)} of {results.Count(result => gain(result) is not null)}";

    private static string Micro(double? nanoseconds) => (nanoseconds / 1000)?.ToString("0.00", CultureInfo.InvariantCulture) ?? "";

    private static string Gain(double? gain) => gain?.ToString("0.00", CultureInfo.InvariantCulture) ?? "";
}
