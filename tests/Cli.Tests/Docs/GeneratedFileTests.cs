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
        ManPage.TextOf("edgeseq", EdgeSeq.Tool.CommandLine.Root(RunCommand.Create()), Version("edgeseq")), "docs", "man", "edgeseq.1");

    [Fact]
    public void The_manual_page_of_edgeseq_convert_is_up_to_date() => GeneratedFile.Check(
        ManPage.TextOf("edgeseq-convert", EdgeSeq.ConvertTool.CommandLine.Root(), Version("edgeseq-convert")),
        "docs", "man", "edgeseq-convert.1");

    private static string Version(string tool) => ToolProcess.Run(tool, "", ["--version"]).Out.Trim();
}
