using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.FleetDemo;

/// <summary>A whole fleet in one process: silos, thousands of simulated motion sensors, and the page.</summary>
internal static class Program
{
    private static readonly Option<int> Streams = new("--streams")
    {
        Description = "sensors, 50 samples a second each",
        DefaultValueFactory = _ => 1000,
    };

    private static readonly Option<int> Silos = new("--silos") { Description = "silos, 1 to 8", DefaultValueFactory = _ => 2 };
    private static readonly Option<double?> Seconds = new("--seconds") { Description = "ends by itself (default: at Ctrl-C)" };
    private static readonly Option<int> Port = new("--port") { Description = "of the page", DefaultValueFactory = _ => 8080 };
    private static readonly Option<bool> Json = new("--json") { Description = "prints the summary as JSON" };

    private static async Task<int> Main(string[] args)
    {
        var command = new RootCommand("Starts a fleet in this process with simulated motion sensors; the page is open meanwhile.")
        {
            Streams, Silos, Seconds, Port, Json,
        };
        command.SetAction((parsed, _) => Run(parsed));
        var parsed = command.Parse(args);
        await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 ? (int)ExitCode.Usage : Environment.ExitCode;
    }

    private static async Task Run(ParseResult parsed)
    {
        using var end = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        try
        {
            await Run(Settings(parsed), parsed.GetValue(Json), end.Token);
        }
        catch (EdgeSeqException e)
        {
            await Console.Error.WriteLineAsync(e.Line);
            Environment.ExitCode = (int)e.ExitCode;
        }

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            end.Cancel();
        }
    }

    private static async Task Run(DemoSettings settings, bool json, CancellationToken cancellation)
    {
        await using var fleet = await DemoFleet.Start(settings);
        await Console.Error.WriteLineAsync($"page: {fleet.Page}");
        var summary = await fleet.Run(cancellation);
        Console.WriteLine(json ? JsonSerializer.Serialize(summary, JsonOptions.Indented) : summary.ToText());
    }

    private static DemoSettings Settings(ParseResult parsed)
    {
        var settings = new DemoSettings(
            parsed.GetValue(Streams), parsed.GetValue(Silos), parsed.GetValue(Seconds), parsed.GetValue(Port));
        if (settings is { Streams: < 1 or > DemoSettings.MostStreams } or { Silos: < 1 or > DemoSettings.MostSilos } or { Seconds: <= 0 })
        {
            throw new EdgeSeqException(
                ErrorCodes.UsageInvalid,
                $"--streams takes 1 to {DemoSettings.MostStreams}, --silos 1 to {DemoSettings.MostSilos}, --seconds more than 0");
        }

        return settings;
    }
}
