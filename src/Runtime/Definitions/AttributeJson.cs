using System.Text.Json;

namespace EdgeSeq.Runtime.Definitions;

/// <summary>Values of attributes as program files have them.</summary>
internal static class AttributeJson
{
    /// <summary>The value in the type of the attribute's kind; another object, which <see cref="AttributeDefinition.Problem"/> refuses,
    /// where the file has something else.</summary>
    public static object Read(AttributeDefinition attribute, JsonElement json) => attribute.Kind switch
    {
        AttributeKind.Whole => Int(json),
        AttributeKind.Number => Float(json),
        AttributeKind.Choice => Text(json),
        AttributeKind.Wholes => List<int>(json, Int),
        AttributeKind.Numbers => List<float>(json, Float),
        AttributeKind.Choices => List<string>(json, Text),
        _ => Int(json) is int whole ? whole : Float(json),
    };

    private static object Int(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number) ? number : json;

    private static object Float(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetSingle(out var number) ? number : json;

    private static object Text(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString()! : json;

    private static object List<T>(JsonElement json, Func<JsonElement, object> read)
    {
        if (json.ValueKind != JsonValueKind.Array)
            return json;
        var list = new T[json.GetArrayLength()];
        for (var i = 0; i < list.Length; i++)
        {
            if (read(json[i]) is not T element)
                return json;
            list[i] = element;
        }

        return list;
    }
}
