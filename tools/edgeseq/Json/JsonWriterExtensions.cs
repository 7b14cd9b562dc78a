using System.Text.Json;

namespace EdgeSeq.Tool.Json;

/// <summary>Members that a report may leave out, and nested reports.</summary>
internal static class JsonWriterExtensions
{
    public static void WriteKnown(this Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } known)
            json.WriteNumber(name, known);
    }

    public static void WriteKnown(this Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known)
            json.WriteNumber(name, known);
    }

    public static void WriteKnown(this Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }

    public static void WriteKnown(this Utf8JsonWriter json, string name, IReadOnlyList<string>? texts)
    {
        if (texts is null)
            return;
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    public static void WriteNumbers(this Utf8JsonWriter json, string name, IReadOnlyList<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    public static void WriteReport(this Utf8JsonWriter json, string name, IJsonReport report)
    {
        json.WriteStartObject(name);
        report.WriteMembers(json);
        json.WriteEndObject();
    }

    public static void WriteReports(this Utf8JsonWriter json, string name, IReadOnlyList<IJsonReport> reports)
    {
        json.WriteStartArray(name);
        foreach (var report in reports)
        {
            json.WriteStartObject();
            report.WriteMembers(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
