using System.Text.Json;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sensors.Catalog;

namespace EdgeSeq.Tool.Json;

/// <summary>The document of <c>edgeseq sensors --json</c>.</summary>
internal sealed class SensorsReport(IReadOnlyList<SensorDescription> sensors, IReadOnlyList<BusFinding> buses) : IJsonReport
{
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteStartArray("sensors");
        foreach (var sensor in sensors)
            Write(json, sensor);
        json.WriteEndArray();
        json.WriteStartArray("buses");
        foreach (var bus in buses)
            Write(json, bus);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, SensorDescription sensor)
    {
        json.WriteStartObject();
        json.WriteString("source", sensor.Example);
        json.WriteString("about", sensor.About);
        json.WriteStartArray("channels");
        foreach (var channel in sensor.Channels)
        {
            json.WriteStartObject();
            json.WriteString("name", channel.Name);
            json.WriteString("unit", Units.Of(channel.Quantity).Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("usual_channels", sensor.DefaultChannels);
        json.WriteNumbers("addresses", sensor.Addresses);
        json.WriteNumber("usual_hz", sensor.UsualHz);
        json.WriteNumber("most_hz", sensor.MostHz);
        json.WriteKnown("options", sensor.Options);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, BusFinding bus)
    {
        json.WriteStartObject();
        json.WriteString("bus", bus.Bus);
        json.WriteString("node", bus.Node);
        json.WriteKnown("answers", bus.Answers);
        json.WriteKnown("problem", bus.Problem);
        json.WriteEndObject();
    }
}
