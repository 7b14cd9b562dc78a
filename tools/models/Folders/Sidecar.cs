using System.Text.Json;

namespace EdgeSeq.Models.Folders;

/// <summary>The JSON file beside a model; members that are missing are null.</summary>
internal sealed class Sidecar(JsonElement root)
{
    public string? Exporter => Text("exporter");

    public string? Task => Text("task");

    public string? Family => Text("family") ?? Text("route");

    public string Notes => Text("notes") ?? "";

    public string Preprocessing => Member("preprocessing", "what")?.GetString() ?? "";

    public bool? Causal => Bool("causal");

    public bool ValidFile => Bool("valid_file") ?? true;

    public int? FixedTime => Int("fixed_time");

    public int TimeAxis => Int("time_axis_in") ?? 1;

    public int BatchAxis => Int("batch_axis_in") ?? (TimeAxis == 0 ? 1 : 0);

    public int? MaxTime => Int("max_time");

    /// <summary>Rows of the recordings that the steps are of; null where they are not of recordings.</summary>
    public int[]? StepsWindows => Find("steps_windows") is { ValueKind: JsonValueKind.Array } rows
        ? [.. rows.EnumerateArray().Select(row => row.GetInt32())] : null;

    /// <summary>Names of the model's outputs in order, as the JSON lists them.</summary>
    public string[] Outputs => Find("outputs") is { ValueKind: JsonValueKind.Array } outputs
        ? [.. outputs.EnumerateArray().Select(output => output.GetProperty("name").GetString()!)] : [];

    /// <summary>State inputs with their outputs, in either spelling.</summary>
    public Dictionary<string, string> States =>
        Find("states") is { ValueKind: JsonValueKind.Array } states
            ? states.EnumerateArray().ToDictionary(Name("input", "in"), Name("output", "out"))
        : Find("state_pairs") is { ValueKind: JsonValueKind.Object } pairs
            ? pairs.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!)
        : [];

    /// <summary>Inputs that are given once: NAME = value.</summary>
    public Dictionary<string, string> Constants => Find("constants") is { ValueKind: JsonValueKind.Object } constants
        ? constants.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.ToString()) : [];

    public IntegerGrid? InputGrid => Grid("input");

    public IntegerGrid? OutputGrid => Grid("output");

    public static Sidecar Read(string path) =>
        new(File.Exists(path) ? JsonDocument.Parse(File.ReadAllText(path)).RootElement : default);

    private static Func<JsonElement, string> Name(string member, string shorter) => pair =>
        (pair.TryGetProperty(member, out var name) ? name : pair.GetProperty(shorter)).GetString()!;

    private IntegerGrid? Grid(string side) => Member("io_quantisation", $"{side}_scale") is { } scale
        ? new IntegerGrid(scale.GetSingle(), Member("io_quantisation", $"{side}_zero_point")?.GetInt32() ?? 0,
            Member("io_quantisation", $"{side}_type")?.GetString() == "int8")
        : null;

    private JsonElement? Find(string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value : null;

    private JsonElement? Member(string name, string inner) =>
        Find(name) is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(inner, out var value) ? value : null;

    private string? Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private int? Int(string name) => Find(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;

    private bool? Bool(string name) => Find(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag
        ? flag.GetBoolean() : null;
}
