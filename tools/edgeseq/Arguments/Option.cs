namespace EdgeSeq.Tool.Arguments;

/// <summary>An option of a command.</summary>
/// <param name="Name">With its dashes: <c>--rate</c>.</param>
/// <param name="Value">What its value is called in the help; null for a flag, which takes none.</param>
/// <param name="Description">One sentence for the help.</param>
/// <param name="IsRequired">Whether the command needs it.</param>
internal sealed record Option(string Name, string? Value, string Description, bool IsRequired = false)
{
    public static readonly Option Json = new("--json", null, "Print one JSON document instead of text");
}
