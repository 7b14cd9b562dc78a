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
        var command = new RootCommand("Trials of a fleet; needs redis-server and mosquitto, or PostgreSQL beside them.")
        {
            Load(), Failover(), Spread(), Broken(),
        };
        // Ctrl-C ends the servers too.
        return await command.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
    }

    private static Command Load()
    {
        var silos = Many("--silos", 2);
        var streams = Many("--streams", 10_000);
        var together = Many("--streams-a-message", 32);
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 20 };
        var command = new Command("load", "measures throughput, latency and cost of a step; several values of an option give a run each")
        {
            silos, streams, together, seconds,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            foreach (var many in parsed.GetValue(silos)!)
            {
                foreach (var count in parsed.GetValue(streams)!)
                {
                    foreach (var size in parsed.GetValue(together)!)
                        Print(await LoadTrial.Run(many, count, size, parsed.GetValue(seconds), cancellation), passed: true);
                }
            }

            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static Command Failover()
    {
        var silos = new Option<int>("--silos") { DefaultValueFactory = _ => 3 };
        var kills = new Option<int>("--kills") { DefaultValueFactory = _ => 100 };
        var streams = new Option<int>("--streams") { DefaultValueFactory = _ => 1000 };
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1 };
        var noWait = new Option<bool>("--no-wait") { Description = "gateways trust the broker's acknowledgement" };
        var postgres = new Option<bool>("--postgres") { Description = "snapshots and the list of silos in PostgreSQL instead of Redis" };
        var also = new Option<string?>("--also") { Description = "command of one more silo: another build of it" };
        var command = new Command("failover", "kills silos at random times, under load")
        {
            silos, kills, streams, seed, noWait, postgres, also,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var plan = new FailoverPlan(
                parsed.GetValue(silos), parsed.GetValue(kills), parsed.GetValue(streams), parsed.GetValue(seed), !parsed.GetValue(noWait),
                parsed.GetValue(postgres), parsed.GetValue(also));
            var result = await FailoverTrial.Run(plan, Console.Error.WriteLine, cancellation);
            return Print(result, result.Passed);
        });
        return command;
    }

    private static Command Spread()
    {
        var silos = new Option<int>("--silos") { DefaultValueFactory = _ => 3 };
        var shards = new Option<int>("--shards") { DefaultValueFactory = _ => 40 };
        var load = new Option<bool>("--load") { Description = "ten streams a shard send samples meanwhile" };
        var command = new Command("spread", "tells how shards lie on silos: after a start, a kill and a return") { silos, shards, load };
        command.SetAction(async (parsed, cancellation) => Print(
            await SpreadTrial.Run(
                parsed.GetValue(silos), parsed.GetValue(shards), parsed.GetValue(load), Console.Error.WriteLine, cancellation),
            passed: true));
        return command;
    }

    private static Command Broken()
    {
        var streams = new Option<int>("--streams") { DefaultValueFactory = _ => 1000 };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 40 };
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1 };
        var command = new Command("broken", "stops Redis, kills the broker, sends malformed messages") { streams, rounds, seed };
        command.SetAction(async (parsed, cancellation) =>
        {
            var result = await BrokenServersTrial.Run(
                parsed.GetValue(streams), parsed.GetValue(rounds), parsed.GetValue(seed), Console.Error.WriteLine, cancellation);
            return Print(result, result.Passed);
        });
        return command;
    }

    private static Option<int[]> Many(string name, int value) =>
        new(name) { DefaultValueFactory = _ => [value], AllowMultipleArgumentsPerToken = true };

    private static int Print(object result, bool passed)
    {
        Console.WriteLine(JsonSerializer.Serialize(result, result.GetType(), Indented));
        return (int)(passed ? ExitCode.Ok : ExitCode.CheckFailed);
    }
}
