using System.Text.Json;

namespace EdgeSeq.FleetDemo;

/// <summary>How the summary is written.</summary>
internal static class JsonOptions
{
    public static JsonSerializerOptions Indented { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };
}
