namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>Every front end by its name.</summary>
internal static class FrontEndCatalog
{
    public static IReadOnlyList<FrontEndDefinition> All { get; } = [.. Presets.All, .. SpectralCalls.All, .. SensorCalls.All];

    public static FrontEndDefinition Find(string name) => All.FirstOrDefault(definition => definition.Name == name)
        ?? throw FrontEndErrors.Invalid($"there is no '{name}'", $"one of {string.Join(", ", All.Select(definition => definition.Name))}, or FILE.json");
}
