using System.Text;
using System.Text.Json;

namespace EdgeSeq.Tool.Config;

/// <summary>Reads a JSON object of options. Comments and commas at the end are taken.</summary>
internal static class JsonEntries
{
    private static readonly JsonReaderOptions Form = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="FormatException">It is no such object; the message names the line.</exception>
    public static List<ConfigEntry> Read(ReadOnlySpan<byte> content)
    {
        var reader = new Utf8JsonReader(content, Form);
        try
        {
            return Read(ref reader, content);
        }
        catch (JsonException e)
        {
            throw new FormatException($"line {e.LineNumber + 1}: is not JSON", e);
        }
    }

    private static List<ConfigEntry> Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> content)
    {
        var entries = new List<ConfigEntry>();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException($"line {LineOf(reader, content)}: is not one JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var line = LineOf(reader, content);
            reader.Read();
            var isList = reader.TokenType == JsonTokenType.StartArray;
            entries.Add(new ConfigEntry(name, line, isList, isList ? List(ref reader, content) : [Value(ref reader, content)]));
        }

        // Asks for what may stand behind the object.
        _ = reader.Read();
        return entries;
    }

    private static List<ConfigValue> List(ref Utf8JsonReader reader, ReadOnlySpan<byte> content)
    {
        var values = new List<ConfigValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            values.Add(Value(ref reader, content));
        return values;
    }

    private static ConfigValue Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> content)
    {
        var line = LineOf(reader, content);
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new ConfigValue(ConfigType.Text, reader.GetString()!, line);
            case JsonTokenType.Number:
                var number = Encoding.ASCII.GetString(reader.ValueSpan);
                return new ConfigValue(number.AsSpan().ContainsAny(".eE") ? ConfigType.Number : ConfigType.Whole, number, line);
            case JsonTokenType.True or JsonTokenType.False:
                return new ConfigValue(ConfigType.Boolean, reader.TokenType == JsonTokenType.True ? "true" : "false", line);
            default:
                reader.Skip();
                return new ConfigValue(ConfigType.Other, "", line);
        }
    }

    private static int LineOf(in Utf8JsonReader reader, ReadOnlySpan<byte> content) =>
        content[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;
}
