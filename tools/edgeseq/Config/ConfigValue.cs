namespace EdgeSeq.Tool.Config;

/// <summary>One value, as text that the option would have been typed with.</summary>
/// <param name="Line">Of the file, from 1.</param>
internal readonly record struct ConfigValue(ConfigType Type, string Text, int Line);
