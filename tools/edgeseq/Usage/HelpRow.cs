namespace EdgeSeq.Tool.Usage;

/// <summary>A name and what it is. (No tuple: lists of these need code of their own in the binary.)</summary>
internal sealed class HelpRow(string name, string text)
{
    public string Name => name;

    public string Text => text;
}
