using System.Text.Json;
using EdgeSeq.Quantize.FrontEnds;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>Reads a chain from its file, JSON or TOML with the same members; in a file for <c>edgeseq run</c> they are those of
/// <c>chain</c>.</summary>
public static class ChainFile
{
    private static readonly string[] Members =
        ["name", "front_end", "chunk", "rate", "models", "links", "states", "outputs", "decide", "description"];

    /// <param name="models">Where the models lie; null: beside the file.</param>
    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0706: not such a file; ES0601: it, or a model, does not exist.</exception>
    public static ChainSpec Read(string path, string? models)
    {
        using var document = path.EndsWith(".toml", StringComparison.OrdinalIgnoreCase) ? TomlFile.Open(path) : JsonFile.Open(path);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw FrontEndErrors.Invalid($"{path} holds no object", "docs/front-ends.md shows one");

        // The rule of a file for a run is the program's too.
        var pipeline = root;
        if (root.TryGetProperty("chain", out var inner) && inner.ValueKind == JsonValueKind.Object)
            root = inner;

        if (root.EnumerateObject().FirstOrDefault(member =>
            !Members.Contains(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } other)
        {
            throw FrontEndErrors.Invalid($"{path}: there is no member '{other.Name}'", $"one of {string.Join(", ", Members)}");
        }

        var folder = models ?? Path.GetDirectoryName(Path.GetFullPath(path))!;
        var isListed = root.TryGetProperty("models", out var listed);
        if (isListed ? listed.ValueKind != JsonValueKind.Object : !root.TryGetProperty("front_end", out _))
            throw FrontEndErrors.Invalid($"{path} lacks 'models'", "an object: name, and file or block; or 'front_end' alone");

        var parts = (isListed ? listed.EnumerateObject() : default).ToArray().Select(member =>
            new ChainPart(member.Name, Located(Text(member.Value, member.Name), folder))).ToArray();
        return new ChainSpec(parts)
        {
            Name = Optional("name") ?? Path.GetFileNameWithoutExtension(path),
            FrontEnd = Optional("front_end") is { } front && front.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
                ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, front) : Optional("front_end"),
            Chunk = Number("chunk") is double chunk ? checked((int)chunk) : null,
            RateHz = Number("rate"),
            Links = Texts("links"),
            States = [.. Texts("states").Select(StateOf)],
            Outputs = Texts("outputs"),
            Decide = Optional("decide") ?? (pipeline.TryGetProperty("decide", out var rule) ? Text(rule, "decide") : null),
        };

        string? Optional(string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? Text(value, name) : null;
        double? Number(string name) => !root.TryGetProperty(name, out var value) ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number > 0 ? number
            : throw FrontEndErrors.Invalid($"{path}: '{name}' is no number above 0");
        string[] Texts(string name) => !root.TryGetProperty(name, out var value) ? []
            : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => Text(item, name))]
            : throw FrontEndErrors.Invalid($"{path}: '{name}' is no array of texts");
        string Text(JsonElement value, string name) => value.ValueKind == JsonValueKind.String ? value.GetString()!
            : throw FrontEndErrors.Invalid($"{path}: '{name}' is no text");
    }

    /// <summary>A file by its path from the folder, or by its name in the folder or below it.</summary>
    internal static string Located(string source, string folder)
    {
        if (!source.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            return source;

        var direct = Path.Combine(folder, source);
        if (File.Exists(direct) || !Directory.Exists(folder))
            return direct;

        string[] found = [.. Directory.EnumerateFiles(folder, Path.GetFileName(source),
            SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        return found.Length switch
        {
            0 => direct,
            1 => found[0],
            _ => throw FrontEndErrors.Invalid($"'{Path.GetFileName(source)}' lies in '{folder}' more than once: {string.Join(", ", found)}",
                "give its path from there"),
        };
    }

    private static (string Input, string Output) StateOf(string text) =>
        text.Split('=', StringSplitOptions.TrimEntries) is [{ Length: > 0 } input, { Length: > 0 } output] ? (input, output)
        : throw FrontEndErrors.Invalid($"'{text}' is no state", "IN=OUT");
}
