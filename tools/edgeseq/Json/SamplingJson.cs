using System.Text.Json;
using EdgeSeq.Device;
using EdgeSeq.Device.Sources;

namespace EdgeSeq.Tool.Json;

/// <summary>How a device was sampled; faults that did not happen are left out.</summary>
internal sealed class SamplingJson(SamplingReport report) : IJsonReport
{
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteNumber("rate_hz", report.RateHz);
        json.WriteNumber("samples", report.Samples);
        json.WriteNumber("ok", report.Count(SampleStatus.Ok));
        json.WriteStartObject("faults");
        foreach (var status in Enum.GetValues<SampleStatus>())
        {
            if (status != SampleStatus.Ok && report.Count(status) > 0)
                json.WriteNumber(SampleStatusNames.NameOf(status), report.Count(status));
        }

        json.WriteEndObject();
        json.WriteNumber("retries", report.Retries);
        json.WriteNumber("reopened", report.Reopened);
        json.WriteNumber("gaps", report.Gaps);
        json.WriteNumber("missed", report.Missed);
        if (report.Jitter.Count > 0)
            json.WriteReport("jitter_ns", LatencyReport.Of(report.Jitter));
        if (report.ConvertedRateHz is { } converted)
        {
            json.WriteNumber("converted_rate_hz", converted);
            json.WriteNumber("conversion_delay_s", report.ConversionDelay);
        }
    }
}
