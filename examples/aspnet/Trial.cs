using System.Net.WebSockets;
using System.Text.Json;
using EdgeSeq.Device.Simulation.Motion;

namespace EdgeSeq.Examples.AspNet;

/// <summary>Two clients at once, whose messages take turns: each gets answers about its own stream.</summary>
internal static class Trial
{
    private const int Seconds = 4;

    public static async Task RunAsync(string url)
    {
        string[] activities = ["walking", "sitting"];
        var simulators = activities.Select(activity => new ActivitySimulator(activity, seed: 1)).ToArray();
        var sockets = activities.Select(_ => new ClientWebSocket()).ToArray();
        var address = new Uri(url.Replace("http", "ws", StringComparison.Ordinal) + "/stream");
        foreach (var socket in sockets)
            await socket.ConnectAsync(address, CancellationToken.None);
        for (var second = 1; second <= Seconds; second++)
        {
            for (var client = 0; client < sockets.Length; client++)
            {
                var answer = await AskAsync(sockets[client], Second(simulators[client]));
                Console.WriteLine(FormattableString.Invariant(
                    $"client {client + 1}, who is {activities[client]}, after {answer.Steps} steps: {answer.Top} {answer.Score:0.00}"));
            }
        }

        foreach (var socket in sockets)
        {
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            socket.Dispose();
        }
    }

    private static float[] Second(ActivitySimulator simulator)
    {
        var samples = new float[ActivitySimulator.RateHz * ActivitySimulator.Channels];
        var bodyAcceleration = new float[3];
        for (var at = 0; at < samples.Length; at += ActivitySimulator.Channels)
            simulator.Next(samples.AsSpan(at, ActivitySimulator.Channels), bodyAcceleration);
        return samples;
    }

    private static async Task<Answer> AskAsync(ClientWebSocket socket, float[] samples)
    {
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(samples), WebSocketMessageType.Text, true, CancellationToken.None);
        var answer = new byte[1024];
        var received = await socket.ReceiveAsync(answer.AsMemory(), CancellationToken.None);
        return JsonSerializer.Deserialize<Answer>(answer.AsSpan(0, received.Count), JsonSerializerOptions.Web)!;
    }
}
