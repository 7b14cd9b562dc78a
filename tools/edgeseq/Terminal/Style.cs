namespace EdgeSeq.Tool.Terminal;

/// <summary>Escape sequences for colours, all empty where colour is not wanted.</summary>
internal sealed class Style(bool useColor)
{
    public string Reset { get; } = useColor ? "\e[0m" : "";

    public string Bold { get; } = useColor ? "\e[1m" : "";

    public string Dim { get; } = useColor ? "\e[2m" : "";

    public string Good { get; } = useColor ? "\e[1;32m" : "";

    public string Warm { get; } = useColor ? "\e[33m" : "";

    /// <summary>Colours of the x, y and z axis.</summary>
    public IReadOnlyList<string> Axes { get; } = useColor ? ["\e[36m", "\e[35m", "\e[33m"] : ["", "", ""];
}
