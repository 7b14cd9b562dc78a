namespace EdgeSeq.Cli.Tests.Fixtures;

/// <summary>What a tool left behind.</summary>
internal sealed record ToolResult(int ExitCode, string Out, string Err)
{
    public string[] OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The tool failed with this exit code, and with one line on stderr that has this code and these words.</summary>
    public void AssertError(int exitCode, string errorCode, string words)
    {
        Assert.Equal(exitCode, ExitCode);
        Assert.Empty(Out);
        var line = Assert.Single(Err.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"error {errorCode}: ", line, StringComparison.Ordinal);
        Assert.Contains(words, line, StringComparison.Ordinal);
    }
}
