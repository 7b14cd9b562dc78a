using System.Diagnostics;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Fixtures;

/// <summary>Shell scripts that can be run by their name.</summary>
internal static class Script
{
    public static void Write(TempFolder folder, string name, string text)
    {
        using var process = Process.Start("chmod", ["+x", folder.Write(name, text)]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
