using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeSeq.Cli.Tests.Docs;

/// <summary>The JSON Schema of a command's documents, as it follows from documents: a member that each of them has is required, and
/// others may come.</summary>
internal static class DocumentSchema
{
    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="command">As it is typed.</param>
    /// <param name="documents">Among them every member that the command can write.</param>
    public static string TextOf(string command, params IReadOnlyList<string> documents)
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = $"{command} --json",
            ["description"] = "Version 1. A later version of the tool may add members; schema is raised where one changes or goes.",
        };
        foreach (var (name, value) in Of([.. documents.Select(text => (JsonNode?)JsonNode.Parse(text))]))
            schema[name] = value?.DeepClone();
        schema["properties"]!["schema"] = new JsonObject { ["const"] = 1 };
        return schema.ToJsonString(Form) + "\n";
    }

    private static JsonObject Of(IReadOnlyList<JsonNode?> values)
    {
        string[] kinds = [.. values.Select(KindOf).Distinct().Order(StringComparer.Ordinal)];
        var schema = new JsonObject { ["type"] = kinds is [var only] ? only : new JsonArray([.. kinds.Select(kind => (JsonNode)kind)]) };
        JsonObject[] objects = [.. values.OfType<JsonObject>()];
        if (objects.Length > 0)
            AddMembers(schema, objects);
        JsonNode?[] items = [.. values.OfType<JsonArray>().SelectMany(array => array)];
        if (items.Length > 0)
            schema["items"] = Of(items);
        return schema;
    }

    private static void AddMembers(JsonObject schema, JsonObject[] objects)
    {
        string[] names = [.. objects.SelectMany(each => each.Select(member => member.Key)).Distinct()];
        schema["properties"] = new JsonObject(names.Select(name => KeyValuePair.Create(name,
            (JsonNode?)Of([.. objects.Where(each => each.ContainsKey(name)).Select(each => each[name])]))));
        string[] required = [.. names.Where(name => objects.All(each => each.ContainsKey(name)))];
        schema["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]);
    }

    private static string KindOf(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };
}
