using System.Diagnostics;

namespace EdgeSeq.Cli.Tests.Fixtures;

/// <summary>The edgeseq that was built with the tests.</summary>
internal static class Edgeseq
{
    private const string Tool = "edgeseq";

    public static ToolResult Run(params string[] arguments) => RunWithInput("", arguments);

    public static ToolResult RunWithInput(string input, params string[] arguments) => ToolProcess.Run(Tool, input, arguments);

    /// <summary>Starts it with all its streams redirected.</summary>
    public static Process Start(params string[] arguments) => ToolProcess.Start(Tool, arguments);
}
