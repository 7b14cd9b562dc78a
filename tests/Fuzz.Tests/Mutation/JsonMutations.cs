using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeSeq.Fuzz.Tests.Mutation;

/// <summary>Changes a JSON document at a few places and keeps it a JSON document.</summary>
internal static class JsonMutations
{
    private static readonly string[] Values =
    [
        "-1", "0", "1", "2", "3", "7", "16", "63", "64", "65", "128", "1000000", "2147483647", "-2147483648", "4294967296",
            "9223372036854775807",
        "1e300", "-0.5", "1e-45", "null", "true", "\"\"", "\"F32\"", "\"I64\"", "\"I8\"", "\"State\"", "\"Arena\"", "\"Constant\"", "[]",
            "[-1]", "[1,2]", "{}",
    ];

    public static byte[] Damage(byte[] sound, Random random) =>
        Encoding.UTF8.GetBytes(Damage(JsonNode.Parse(sound)!, random).ToJsonString());

    /// <summary>A changed copy.</summary>
    public static JsonNode Damage(JsonNode document, Random random)
    {
        var copy = document.DeepClone();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var (parent, key) = Place(copy, random);
            if (parent is not null)
                Change(parent, key!, random);
        }

        return copy;
    }

    /// <summary>Any member or element, each branch of a tree as likely as the others.</summary>
    private static (JsonNode? Parent, object? Key) Place(JsonNode node, Random random)
    {
        while (true)
        {
            object[] keys = node switch
            {
                JsonObject tree => [.. tree.Select(member => member.Key)],
                JsonArray list => [.. Enumerable.Range(0, list.Count).Cast<object>()],
                _ => [],
            };
            if (keys.Length == 0)
                return (null, null);
            var key = keys[random.Next(keys.Length)];
            var child = key is string name ? node[name] : node[(int)key];
            if (child is not (JsonObject { Count: > 0 } or JsonArray { Count: > 0 }) || random.Next(6) == 0)
                return (node, key);
            node = child;
        }
    }

    private static void Change(JsonNode parent, object key, Random random)
    {
        switch (random.Next(5))
        {
            case 0 when parent is JsonArray list:
                list.RemoveAt((int)key);
                break;
            case 1 when parent is JsonArray list:
                list.Insert((int)key, list[(int)key]?.DeepClone());
                break;
            case 2 when parent is JsonArray { Count: > 1 } list:
                Set(list, key, list[random.Next(list.Count)]?.DeepClone());
                break;
            case 0 when parent is JsonObject tree:
                tree.Remove((string)key);
                break;
            case 3:
                Set(parent, key, Nudged(key is string name ? parent[name] : parent[(int)key], random));
                break;
            default:
                Set(parent, key, JsonNode.Parse(Values[random.Next(Values.Length)]));
                break;
        }
    }

    /// <summary>A number near the one that was there; another text where it was a text.</summary>
    private static JsonNode? Nudged(JsonNode? value, Random random) => value?.GetValueKind() switch
    {
        JsonValueKind.Number when value.AsValue().TryGetValue(out long number) => JsonValue.Create(unchecked(number + random.Next(-3, 4))),
        JsonValueKind.String => JsonValue.Create(value.GetValue<string>() + "x"),
        _ => JsonNode.Parse(Values[random.Next(Values.Length)]),
    };

    private static void Set(JsonNode parent, object key, JsonNode? value)
    {
        if (key is string name)
            parent[name] = value;
        else
            parent[(int)key] = value;
    }
}
