using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using EdgeSeq.Device.Timing;
using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Ingest;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Fleet.Tenants;

namespace EdgeSeq.FleetDemo;

/// <summary>Sends what the sensors measure, twice a second for each, as gateways do: messages of up to 32 streams of one shard.</summary>
internal sealed class SensorFeed
{
    public const int SamplesAMessage = SensorPool.RateHz / 2;
    private const int StreamsAMessage = 32;
    private const uint Interval = 1_000_000 / SensorPool.RateHz;

    private readonly SensorPool _sensors = new();
    private readonly Router[] _routers;
    private readonly string _tenant;
    private readonly Deployment _deployment;
    private readonly Gateway[] _gateways;
    private readonly LatencyHistogram _latency = new();
    private readonly List<Task> _underWay = [];
    private long _sequence;

    /// <param name="routers">Of each silo; gateways are spread over them.</param>
    public SensorFeed(Router[] routers, string tenant, Deployment deployment, int streams)
    {
        (_routers, _tenant, _deployment) = (routers, tenant, deployment);
        _gateways = [.. Enumerable.Range(0, streams)
            .GroupBy(stream => ShardId.NumberOf(NameOf(stream), deployment.Shards))
            .SelectMany(shard => shard.Chunk(StreamsAMessage))
            .Select(part => new Gateway(part, [.. part.Select(NameOf)]))];
    }

    public LatencyHistogram Latency => _latency;

    /// <summary>Feeds until it is ended, and waits for what is under way.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        var period = TimeSpan.FromSeconds((double)SamplesAMessage / SensorPool.RateHz);
        var begin = MonotonicClock.Now;
        for (var round = 0L; !cancellation.IsCancellationRequested; round++)
        {
            for (var i = 0; i < _gateways.Length && !cancellation.IsCancellationRequested; i++)
            {
                await WaitUntil(begin + ((round + ((double)i / _gateways.Length)) * period.TotalNanoseconds), cancellation);
                _underWay.Add(Send(i));
            }

            _sequence += SamplesAMessage;
            _underWay.RemoveAll(task => task.IsCompletedSuccessfully);
        }

        await Task.WhenAll(_underWay);
    }

    private static async Task WaitUntil(double time, CancellationToken cancellation)
    {
        var left = TimeSpan.FromMicroseconds((time - MonotonicClock.Now) / 1000);
        if (left > TimeSpan.FromMilliseconds(1))
            await Task.Delay(left, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static byte[] NameOf(int stream) => Encoding.UTF8.GetBytes($"sensor-{stream:D5}");

    private async Task Send(int gateway)
    {
        var begin = MonotonicClock.Now;
        await _routers[gateway % _routers.Length].Send(_tenant, _deployment.Name, MessageOf(_gateways[gateway]));
        lock (_latency)
            _latency.Add(MonotonicClock.Now - begin);
    }

    private byte[] MessageOf(Gateway gateway)
    {
        var writer = new ArrayBufferWriter<byte>(StreamsAMessage * (64 + (SamplesAMessage * SensorPool.Channels * sizeof(float))));
        var samples = new float[SamplesAMessage * SensorPool.Channels];
        var time = Clock.Now() - (SamplesAMessage * (long)Interval);
        SampleBatch.Begin(writer);
        for (var i = 0; i < gateway.Streams.Length; i++)
        {
            _sensors.Read(gateway.Streams[i], _sequence, samples);
            SampleBatch.Add(writer, new SampleBlock
            {
                Stream = gateway.Names[i],
                Sequence = _sequence,
                Time = time,
                Interval = Interval,
                Count = SamplesAMessage,
                Values = MemoryMarshal.AsBytes(samples.AsSpan()),
            });
        }

        return writer.WrittenSpan.ToArray();
    }

    private sealed record Gateway(int[] Streams, byte[][] Names);
}
