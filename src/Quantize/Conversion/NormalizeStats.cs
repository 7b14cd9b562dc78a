using System.Text.Json;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>Mean and standard deviation of the training data, one of each or one a feature.</summary>
public sealed record NormalizeStats(float[] Mean, float[] Std)
{
    /// <summary>Members under which files of statistics keep the names of the features.</summary>
    private static readonly string[] NameMembers = ["channels", "features", "names", "columns"];

    /// <summary>Names of the features, where the file has them.</summary>
    public string[]? Channels { get; init; }

    /// <summary>Reads a JSON object with "mean" and "std", each a number or an array of numbers, and with the features' names as an array
    /// "channels" (or "features", "names", "columns") if it has them; other members are ignored.</summary>
    /// <exception cref="EdgeSeqException">ES0301: not such a file; ES0601: there is none.</exception>
    public static NormalizeStats Read(string path)
    {
        using var json = JsonFile.Open(path);
        var stats = new NormalizeStats(Numbers(json, "mean", path), Numbers(json, "std", path)) { Channels = Names(json) };
        if (stats.Mean.Length != stats.Std.Length || stats.Std.Any(std => !(std > 0)) || stats.Mean.Any(mean => !float.IsFinite(mean)))
        {
            throw new EdgeSeqException(ErrorCodes.RecordingMalformed,
                $"{path}: mean and std must be finite, of equal number, and std above 0");
        }

        if (stats.Channels is { } channels && stats.Mean.Length > 1 && channels.Length != stats.Mean.Length)
        {
            throw new EdgeSeqException(ErrorCodes.RecordingMalformed,
                $"{path}: {channels.Length} channels are named, mean has {stats.Mean.Length} elements");
        }

        return stats;
    }

    private static string[]? Names(JsonDocument json)
    {
        foreach (var member in NameMembers)
        {
            if (json.RootElement.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Array
                && value.GetArrayLength() > 0 && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
            {
                return [.. value.EnumerateArray().Select(item => item.GetString()!)];
            }
        }

        return null;
    }

    private static float[] Numbers(JsonDocument json, string name, string path)
    {
        if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var value))
        {
            if (value.ValueKind == JsonValueKind.Number)
                return [value.GetSingle()];

            if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number))
                return [.. value.EnumerateArray().Select(item => item.GetSingle())];
        }

        throw new EdgeSeqException(ErrorCodes.RecordingMalformed, $"{path}: '{name}' is not a number or an array of numbers",
            "give a JSON object such as {\"mean\": [..], \"std\": [..]}");
    }
}
