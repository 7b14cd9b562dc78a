using System.CommandLine;
using System.Text.Json;
using EdgeSeq.FleetTrials.Trials;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.FleetTrials;

/// <summary>A fleet with real Redis, mosquitto and silos in processes of their own, measured and broken on purpose.</summary>
internal static class Program
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private static async Task<int> Main(string[] args)
    {
        var command = new RootCommand("Trials of a fleet; needs redis-server and mosquitto.") { Load(), Failover(), Broken() };
        return await command.Parse(args).InvokeAsync();
    }

    private static Command Load()
    {
        var silos = new Option<int>("--silos") { DefaultValueFactory = _ => 2 };
        var streams = new Option<int>("--streams") { DefaultValueFactory = _ => 10_000 };
        var together = new Option<int>("--streams-a-message") { DefaultValueFactory = _ => 32 };
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 20 };
        var command = new Command("load", "measures throughput, latency and cost of a step") { silos, streams, together, seconds };
        command.SetAction(async (parsed, _) => Print(
            await LoadTrial.Run(
                parsed.GetValue(silos), parsed.GetValue(streams), parsed.GetValue(together), parsed.GetValue(seconds)),
            passed: true));
        return command;
    }

    private static Command Failover()
    {
        var silos = new Option<int>("--silos") { DefaultValueFactory = _ => 3 };
        var kills = new Option<int>("--kills") { DefaultValueFactory = _ => 100 };
        var streams = new Option<int>("--streams") { DefaultValueFactory = _ => 1000 };
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1 };
        var command = new Command("failover", "kills silos at random times, under load") { silos, kills, streams, seed };
        command.SetAction(async (parsed, _) =>
        {
            var result = await FailoverTrial.Run(
                parsed.GetValue(silos), parsed.GetValue(kills), parsed.GetValue(streams), parsed.GetValue(seed), Console.Error.WriteLine);
            return Print(result, result.Passed);
        });
        return command;
    }

    private static Command Broken()
    {
        var streams = new Option<int>("--streams") { DefaultValueFactory = _ => 1000 };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5 };
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1 };
        var command = new Command("broken", "stops Redis, kills the broker, sends malformed messages") { streams, rounds, seed };
        command.SetAction(async (parsed, _) =>
        {
            var result = await BrokenServersTrial.Run(
                parsed.GetValue(streams), parsed.GetValue(rounds), parsed.GetValue(seed), Console.Error.WriteLine);
            return Print(result, result.Passed);
        });
        return command;
    }

    private static int Print(object result, bool passed)
    {
        Console.WriteLine(JsonSerializer.Serialize(result, result.GetType(), Indented));
        return (int)(passed ? ExitCode.Ok : ExitCode.CheckFailed);
    }
}
