using EdgeSeq.Fleet.Hosting;
using EdgeSeq.Fleet.Storage;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.FleetTool;

/// <summary>A silo of a fleet, with its web server: docs/fleet.md.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            await using var host = FleetHost.Build(args);
            await host.RunAsync();
            return (int)ExitCode.Ok;
        }
        catch (EdgeSeqException e)
        {
            await Console.Error.WriteLineAsync(e.Line);
            return (int)e.ExitCode;
        }
        catch (Exception e) when (ServerErrors.Of(e) is { } away)
        {
            await Console.Error.WriteLineAsync(away.Line);
            return (int)away.ExitCode;
        }
    }
}
