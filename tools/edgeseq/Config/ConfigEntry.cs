namespace EdgeSeq.Tool.Config;

/// <summary>A name of the file with its value or values.</summary>
/// <param name="Line">Of the name, from 1.</param>
/// <param name="IsList">Whether the values stand in a list.</param>
internal sealed record ConfigEntry(string Name, int Line, bool IsList, IReadOnlyList<ConfigValue> Values);
