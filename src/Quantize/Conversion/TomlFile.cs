using System.Text;
using System.Text.Json;
using Tomlyn;
using Tomlyn.Model;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>Opens a TOML file as the JSON document of the same members, with the errors that users should see.</summary>
internal static class TomlFile
{
    public static JsonDocument Open(string path) => JsonFile.Open(path, "TOML", Parse);

    private static JsonDocument Parse(byte[] bytes)
    {
        try
        {
            var table = TomlSerializer.Deserialize<TomlTable>(Encoding.UTF8.GetString(bytes)) ?? [];
            using var json = new MemoryStream();
            using (var writer = new Utf8JsonWriter(json))
                Write(writer, table);
            return JsonDocument.Parse(json.ToArray());
        }
        catch (TomlException error)
        {
            // It may list several faults, a line each.
            throw new JsonException(error.Message.Split('\n')[0].TrimEnd(), error);
        }
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case TomlTable table:
                writer.WriteStartObject();
                foreach (var (name, member) in table)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }

                writer.WriteEndObject();
                break;
            case System.Collections.IEnumerable items and not string:
                writer.WriteStartArray();
                foreach (var item in items)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            default:
                writer.WriteStringValue(value?.ToString() ?? "");
                break;
        }
    }
}
