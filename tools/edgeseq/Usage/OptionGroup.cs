using System.CommandLine;

namespace EdgeSeq.Tool.Usage;

/// <summary>Options under a title.</summary>
internal sealed class OptionGroup(string title, Option[] options)
{
    public string Title => title;

    public Option[] Options => options;
}
