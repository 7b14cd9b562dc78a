namespace EdgeSeq.Cli.Tests.Fixtures;

/// <summary>The edgeseq-convert that was built with the tests.</summary>
internal static class EdgeseqConvert
{
    public static ToolResult Run(params string[] arguments) => ToolProcess.Run("edgeseq-convert", "", arguments);
}
