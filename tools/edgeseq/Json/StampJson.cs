using System.Text.Json;
using EdgeSeq.Device.Sources;

namespace EdgeSeq.Tool.Json;

/// <summary>What a recording's own time stamps say about its rows.</summary>
internal sealed class StampJson(StampReport report) : IJsonReport
{
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("column", report.Column);
        json.WriteString("unit", report.Unit switch
        {
            StampUnit.Text => "text",
            StampUnit.Seconds => "s",
            StampUnit.Milliseconds => "ms",
            StampUnit.Microseconds => "us",
            StampUnit.Nanoseconds => "ns",
            _ => "unknown",
        });
        if (report.RateHz is { } rate)
        {
            json.WriteNumber("rate_hz", rate);
            json.WriteReport("interval_ns", LatencyReport.Of(report.Intervals));
        }

        json.WriteNumber("gaps", report.Gaps);
        json.WriteNumber("not_later", report.NotLater);
        json.WriteNumber("unreadable", report.Unreadable);
    }
}
