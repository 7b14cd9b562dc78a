using System.Text;
using EdgeSeq.Cli.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Docs;

/// <summary>A tool's page of reference: what it says itself when it is asked for help, command by command.</summary>
internal static class CommandReference
{
    public static string TextOf(string tool, IEnumerable<string> commands, string remark)
    {
        var page = new StringBuilder($"# {tool}, option by option\n\n{remark} This page is what the tool itself says, generated from "
            + "it.\n\n");
        page.Append($"```text\n{Help(tool)}```\n");
        foreach (var command in commands)
            page.Append($"\n## {tool} {command}\n\n```text\n{Help(tool, command)}```\n");
        return page.ToString();
    }

    private static string Help(string tool, params string[] command) => ToolProcess.Run(tool, "", [.. command, "--help"]).Out;
}
