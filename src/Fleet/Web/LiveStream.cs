using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Fleet.Observers;
using EdgeSeq.Fleet.Programs;
using EdgeSeq.Fleet.Shards;
using EdgeSeq.Fleet.Telemetry;
using Orleans.Concurrency;

namespace EdgeSeq.Fleet.Web;

/// <summary>Shows one stream to one viewer. A viewer who is too slow misses the oldest of what waits.</summary>
internal sealed class LiveStream(
    IGrainFactory grains, IShardGrain shard, string stream, ProgramFacts program, FleetMetrics metrics) : IStreamWatcher
{
    private const int MostWaiting = 64;
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);

    private readonly Channel<JsonObject> _messages = Channel.CreateBounded<JsonObject>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest }, _ => metrics.Dropped());

    public Task See(Immutable<byte[]> samples, Immutable<byte[]> outputs, Immutable<byte[][]> events)
    {
        var message = new JsonObject
        {
            ["samples"] = SamplesOf(samples.Value),
            ["outputs"] = OutputsOf(outputs.Value),
            ["events"] = new JsonArray([.. events.Value.Select(json => JsonNode.Parse(json))]),
        };
        _messages.Writer.TryWrite(message);
        return Task.CompletedTask;
    }

    /// <summary>Sends until the viewer goes.</summary>
    public async Task Run(WebSocket socket, CancellationToken cancellation)
    {
        var reference = grains.CreateObjectReference<IStreamWatcher>(this);
        try
        {
            await WebSockets.Send(socket, program, cancellation);
            await Task.WhenAll(Renew(reference, cancellation), Send(socket, cancellation));
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The viewer has gone.
        }
        finally
        {
            await Unwatch(reference);
            grains.DeleteObjectReference<IStreamWatcher>(reference);
        }
    }

    /// <summary>Again and again: the shard may have moved.</summary>
    private async Task Renew(IStreamWatcher reference, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Renewal);
        do
        {
            try
            {
                await shard.Watch(stream, reference);
            }
            catch (Exception e) when (e is TimeoutException or OrleansException)
            {
                // It comes up elsewhere.
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private async Task Unwatch(IStreamWatcher reference)
    {
        try
        {
            await shard.Unwatch(stream, reference);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            // It forgets us by itself.
        }
    }

    private async Task Send(WebSocket socket, CancellationToken cancellation)
    {
        await foreach (var message in _messages.Reader.ReadAllAsync(cancellation))
            await WebSockets.Send(socket, message, cancellation);
    }

    private JsonArray SamplesOf(byte[] message)
    {
        var rows = new JsonArray();
        var reader = SampleBatch.Read(message);
        while (reader.Next(out var block))
        {
            for (var i = 0; i < block.Count; i++)
            {
                var values = block.Values.Slice(i * program.SampleBytes, program.SampleBytes);
                rows.Add(new JsonObject
                {
                    ["sequence"] = block.Sequence + i,
                    ["time"] = block.Time + (i * (long)block.Interval),
                    ["values"] = ValuesOf(values, program.Inputs),
                });
            }
        }

        return rows;
    }

    private JsonArray OutputsOf(byte[] message)
    {
        var rows = new JsonArray();
        var reader = OutputBatch.Read(message);
        while (reader.Next(out var block))
        {
            for (var i = 0; i < block.Count; i++)
            {
                rows.Add(new JsonObject
                {
                    ["output"] = block.Output,
                    ["sequence"] = block.Sequence(i),
                    ["time"] = block.Time(i),
                    ["values"] = ValuesOf(block.Values(i), [program.Outputs[block.Output]]),
                });
            }
        }

        return rows;
    }

    private static JsonArray ValuesOf(ReadOnlySpan<byte> bytes, IEnumerable<PortFacts> ports)
    {
        var values = new JsonArray();
        foreach (var port in ports)
        {
            var isFloat = port.Type == "F32";
            var taken = bytes[..(port.Length * (isFloat ? sizeof(float) : sizeof(long)))];
            bytes = bytes[taken.Length..];
            if (isFloat)
            {
                foreach (var value in MemoryMarshal.Cast<byte, float>(taken))
                    values.Add(float.IsFinite(value) ? JsonValue.Create(value) : null);
            }
            else
            {
                foreach (var value in MemoryMarshal.Cast<byte, long>(taken))
                    values.Add(JsonValue.Create(value));
            }
        }

        return values;
    }
}
