using System.CommandLine;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Tool.Commands;

namespace EdgeSeq.Cli.Tests.Docs;

/// <summary>What follows from the commands of the tools. To write it again, run this class with
/// <c>EDGESEQ_UPDATE_DOCS=1</c>.</summary>
public class GeneratedFileTests
{
    [Fact]
    public void The_schema_of_config_files_is_up_to_date() =>
        GeneratedFile.Check(ConfigSchema.TextOf(RunCommand.Create()), "docs", "run.schema.json");

    [Fact]
    public void The_manual_page_of_edgeseq_is_up_to_date() => GeneratedFile.Check(
        ManPage.TextOf("edgeseq", EdgeSeq.Tool.CommandLine.Root(RunCommand.Create()), name => Examples("edgeseq", name)),
        "docs", "man", "edgeseq.1");

    [Fact]
    public void The_manual_page_of_edgeseq_convert_is_up_to_date() => GeneratedFile.Check(
        ManPage.TextOf("edgeseq-convert", EdgeSeq.ConvertTool.CommandLine.Root(), name => Examples("edgeseq-convert", name)),
        "docs", "man", "edgeseq-convert.1");

    [Fact]
    public void The_reference_of_edgeseq_is_up_to_date() => GeneratedFile.Check(
        CommandReference.TextOf("edgeseq", Names(EdgeSeq.Tool.CommandLine.Root(RunCommand.Create())),
            "[The command line](command-line.md) explains what belongs together."), "docs", "edgeseq.md");

    [Fact]
    public void The_reference_of_edgeseq_convert_is_up_to_date() => GeneratedFile.Check(
        CommandReference.TextOf("edgeseq-convert", Names(EdgeSeq.ConvertTool.CommandLine.Root()),
            "[The command line](command-line.md#edgeseq-convert) and [quantisation](quantization.md) explain what belongs together."),
        "docs", "edgeseq-convert.md");

    private static IEnumerable<string> Names(Command root) =>
        root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name);

    private static string Examples(string tool, string command)
    {
        var help = ToolProcess.Run(tool, "", [command, "--help"]).Out;
        var begin = help.IndexOf("\nExamples:\n", StringComparison.Ordinal);
        return begin < 0 ? "" : help[(begin + "\nExamples:\n".Length)..].TrimEnd('\n');
    }
}
