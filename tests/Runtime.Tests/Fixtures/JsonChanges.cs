using System.Text.Json.Nodes;

namespace EdgeSeq.Runtime.Tests.Fixtures;

/// <summary>Ways to break a JSON document at one place.</summary>
internal static class JsonChanges
{
    private static readonly string[] Replacements =
    [
        "-1", "0", "1", "2", "3", "63", "64", "65", "127", "1000000", "2147483647", "-2147483648", "4294967296", "9223372036854775807",
        "-9223372036854775808", "1e300", "-0.5", "1e-45", "null", "true", "\"\"", "\"F32\"", "\"I64\"", "\"State\"", "\"Constant\"", "[]",
            "[-1]", "[1,2]", "{}",
    ];

    /// <summary>The document with each element below these members replaced by each of a list of values, removed or doubled.</summary>
    public static IEnumerable<string> Of(JsonObject document, params string[] members)
    {
        foreach (var path in Paths(document).Where(path => members.Contains(path[0])))
        {
            foreach (var replacement in Replacements)
                yield return Changed(document, path, (parent, key) => Set(parent, key, JsonNode.Parse(replacement)));
            yield return Changed(document, path, Remove);
            yield return Changed(document, path, Double);
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode node) => node switch
    {
        JsonObject tree => tree.SelectMany(p => Below(p.Key, p.Value)),
        JsonArray list => list.SelectMany((item, i) => Below(i, item)),
        _ => [],
    };

    private static IEnumerable<object[]> Below(object key, JsonNode? child)
    {
        yield return [key];
        if (child is null)
            yield break;
        foreach (var path in Paths(child))
            yield return [key, .. path];
    }

    private static string Changed(JsonObject document, object[] path, Action<JsonNode, object> change)
    {
        var copy = document.DeepClone();
        var parent = copy;
        foreach (var key in path[..^1])
            parent = key is string name ? parent[name]! : parent[(int)key]!;
        change(parent, path[^1]);
        return copy.ToJsonString();
    }

    private static void Set(JsonNode parent, object key, JsonNode? value)
    {
        if (key is string name)
            parent[name] = value;
        else
            parent[(int)key] = value;
    }

    private static void Remove(JsonNode parent, object key)
    {
        if (key is string name)
            ((JsonObject)parent).Remove(name);
        else
            ((JsonArray)parent).RemoveAt((int)key);
    }

    private static void Double(JsonNode parent, object key)
    {
        if (key is string name)
            ((JsonObject)parent)[name + "2"] = parent[name]?.DeepClone();
        else
            ((JsonArray)parent).Add(parent[(int)key]?.DeepClone());
    }
}
