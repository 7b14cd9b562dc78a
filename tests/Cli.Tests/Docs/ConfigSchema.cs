using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSeq.Tool.Config;

namespace EdgeSeq.Cli.Tests.Docs;

/// <summary>docs/run.schema.json as it follows from the options of <c>run</c>.</summary>
internal static class ConfigSchema
{
    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string TextOf(Command command)
    {
        var properties = new JsonObject();
        foreach (var key in ConfigKey.Of(command))
            properties[key.Name] = PropertyOf(command, key);
        properties[ConfigKey.Chain] = new JsonObject
        {
            ["type"] = "object",
            ["description"] = "What edgeseq-convert convert --chain makes the program of: docs/front-ends.md",
        };
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = $"edgeseq {command.Name} --config FILE.toml|json",
            ["description"] = $"The program and the options of edgeseq {command.Name}, each as on the command line, without dashes. "
                + "The same names in TOML.",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
        return schema.ToJsonString(Form) + "\n";
    }

    private static JsonObject PropertyOf(Command command, ConfigKey key)
    {
        var value = ValueOf(command, key);
        if (key.IsList)
            value = new JsonObject { ["oneOf"] = new JsonArray(value, ListOf(value.DeepClone())) };
        value["description"] = key.Description;
        return value;
    }

    private static JsonObject ListOf(JsonNode items) => new() { ["type"] = "array", ["items"] = items };

    private static JsonObject ValueOf(Command command, ConfigKey key) => key.Type switch
    {
        ConfigType.Boolean => new JsonObject { ["type"] = "boolean" },
        ConfigType.Whole => new JsonObject { ["type"] = "integer", ["minimum"] = Takes(command, key, "0") ? 0 : 1 },
        ConfigType.Number => new JsonObject { ["type"] = "number", [Takes(command, key, "0") ? "minimum" : "exclusiveMinimum"] = 0 },
        _ when key.Words is { Count: > 0 } words => new JsonObject { ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) },
        _ => new JsonObject { ["type"] = "string" },
    };

    /// <summary>Asks the option itself what its range is.</summary>
    private static bool Takes(Command command, ConfigKey key, string value) =>
        !command.Parse($"{key.Option!.Name}={value}").GetResult(key.Option)!.Errors.Any();
}
