using System.Text.Json;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Tool.Json;

/// <summary>Times of single steps in nanoseconds.</summary>
internal sealed class LatencyReport : IJsonReport
{
    public required long P50 { get; init; }

    public required long P99 { get; init; }

    public required long P999 { get; init; }

    public required long Max { get; init; }

    public static LatencyReport Of(LatencyHistogram histogram) => new()
    {
        P50 = histogram.Percentile(0.5),
        P99 = histogram.Percentile(0.99),
        P999 = histogram.Percentile(0.999),
        Max = histogram.Max,
    };

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteNumber("p50", P50);
        json.WriteNumber("p99", P99);
        json.WriteNumber("p999", P999);
        json.WriteNumber("max", Max);
    }
}
