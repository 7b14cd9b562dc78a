using System.CommandLine;

namespace EdgeSeq.Tool.Usage;

/// <summary>A command whose options stand in groups and which has examples; help and manual pages show both.</summary>
internal sealed class GuidedCommand(string name, string description) : Command(name, description)
{
    private readonly List<OptionGroup> _groups = [];
    private readonly List<HelpRow> _examples = [];

    /// <summary>In order; what is in none comes last.</summary>
    public IReadOnlyList<OptionGroup> Groups => _groups;

    /// <summary>Command lines, without the tool's name, and what each does.</summary>
    public IReadOnlyList<HelpRow> Examples => _examples;

    /// <summary>Adds options under a title.</summary>
    public void AddGroup(string title, params Option[] options)
    {
        _groups.Add(new OptionGroup(title, options));
        foreach (var option in options)
            Add(option);
    }

    public void AddExample(string line, string what) => _examples.Add(new HelpRow(line, what));
}
