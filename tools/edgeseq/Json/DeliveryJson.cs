using System.Text.Json;
using EdgeSeq.Device.Delivery;

namespace EdgeSeq.Tool.Json;

/// <summary>What became of a sink's messages.</summary>
internal sealed class DeliveryJson(DeliveryReport report) : IJsonReport
{
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("sink", report.Sink);
        json.WriteNumber("accepted", report.Accepted);
        json.WriteNumber("delivered", report.Delivered);
        json.WriteNumber("dropped", report.Dropped);
        json.WriteNumber("waiting", report.Waiting);
        json.WriteNumber("retries", report.Retries);
    }
}
