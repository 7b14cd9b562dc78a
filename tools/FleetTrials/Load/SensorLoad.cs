using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EdgeSeq.Device.Timing;
using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Fleet.Mqtt;
using EdgeSeq.Fleet.Tenants;
using EdgeSeq.Fleet.Web;
using EdgeSeq.FleetDemo;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeSeq.FleetTrials.Load;

/// <summary>Gateways that publish the samples of simulated sensors at QoS 1, and a reader of all outputs.</summary>
internal sealed class SensorLoad : IAsyncDisposable
{
    public const int SamplesAMessage = SensorPool.RateHz / 2;
    private const int Publishers = 2;
    private const uint Interval = 1_000_000 / SensorPool.RateHz;

    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(5);

    private readonly bool _waitsForOutputs;
    private readonly MqttOptions _broker;
    private readonly string _deployment;
    private readonly Gateway[] _gateways;
    private readonly MqttConnection[] _publishers;
    private readonly MqttConnection _reader;
    private readonly Task[] _lastPublished;
    private readonly long[] _lastOutput;
    private readonly LatencyHistogram _latency = new();
    private readonly SemaphoreSlim _room = new(256);

    /// <param name="waitsForOutputs">A gateway sends its next message when an output of the one before is there, and that one again where
    /// none comes: a broker that is killed, or whose session is taken over, may lose or reorder what it had acknowledged.</param>
    /// <param name="shards">Of the deployment; null for as many as so many streams get.</param>
    public SensorLoad(
        int port, string deployment, int streams, int streamsAMessage, bool waitsForOutputs = false, int? shards = null)
    {
        _waitsForOutputs = waitsForOutputs;
        _broker = new MqttOptions { Host = "127.0.0.1", Port = port };
        _deployment = deployment;
        Ledger = new OutputLedger(streams);
        var count = shards ?? Deployment.ShardsFor(streams);
        _lastOutput = new long[count];
        _gateways = [.. Enumerable.Range(0, streams)
            .GroupBy(stream => ShardId.NumberOf(OutputLedger.NameOf(stream), count))
            .SelectMany(shard => shard.Chunk(streamsAMessage).Select(part => new Gateway(shard.Key, part)))];
        _lastPublished = [.. _gateways.Select(_ => Task.CompletedTask)];
        var id = $"load-{Environment.ProcessId}-{deployment}";
        _publishers = [.. Enumerable.Range(0, Publishers).Select(i => new MqttConnection(_broker, $"{id}-{i}"))];
        _reader = new MqttConnection(_broker, $"{id}-reader");
    }

    public SensorPool Sensors { get; } = new();

    public OutputLedger Ledger { get; }

    /// <summary>From the publishing of a message until its outputs are here.</summary>
    public LatencyHistogram Latency => _latency;

    /// <summary>Samples of each stream so far.</summary>
    public long Sequence { get; private set; }

    /// <summary>When each shard gave an output last: a time stamp of <see cref="Stopwatch"/>.</summary>
    public IReadOnlyList<long> LastOutput => _lastOutput;

    public async Task Start()
    {
        _reader.Client.ApplicationMessageReceivedAsync += Receive;
        var filter = new MqttTopicFilter
        {
            Topic = $"{_broker.Prefix}/{ApiKeys.OpenTenant}/{_deployment}/out/+",
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
        _reader.Start(stop => _reader.Client.SubscribeAsync(new MqttClientSubscribeOptions { TopicFilters = [filter] }, stop));
        foreach (var publisher in _publishers)
            publisher.Start(_ => Task.CompletedTask);
        while (!_reader.Client.IsConnected || _publishers.Any(publisher => !publisher.Client.IsConnected))
            await Task.Delay(50);
        await Task.Delay(200);
    }

    /// <summary>Publishes half a second of each sensor, twice a second, until it is ended; whole rounds only.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        var period = (double)SamplesAMessage / SensorPool.RateHz;
        var watch = Stopwatch.StartNew();
        for (var round = 0L; !cancellation.IsCancellationRequested; round++)
        {
            for (var i = 0; i < _gateways.Length; i++)
            {
                var left = ((round + ((double)i / _gateways.Length)) * period) - watch.Elapsed.TotalSeconds;
                if (left > 0.001)
                    await Task.Delay(TimeSpan.FromSeconds(left), CancellationToken.None);
                await _room.WaitAsync(CancellationToken.None);
                _lastPublished[i] = PublishAfter(_lastPublished[i], i, Sequence);
            }

            Sequence += SamplesAMessage;
        }

        await Task.WhenAll(_lastPublished);
    }

    /// <summary>Waits until each sample has given its output.</summary>
    public async Task<bool> Drain(TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        while (Ledger.Count < Sequence * _gateways.Sum(gateway => (long)gateway.Streams.Length))
        {
            if (watch.Elapsed > patience)
                return false;
            await Task.Delay(100);
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var publisher in _publishers)
            await publisher.DisposeAsync();
        await _reader.DisposeAsync();
        _room.Dispose();
    }

    private Task Receive(MqttApplicationMessageReceivedEventArgs received)
    {
        var message = received.ApplicationMessage.Payload.ToArray();
        var topic = received.ApplicationMessage.Topic;
        _lastOutput[int.Parse(topic.AsSpan(topic.LastIndexOf('/') + 1), CultureInfo.InvariantCulture)] = Stopwatch.GetTimestamp();
        Ledger.Add(message);
        var now = Clock.Now();
        var reader = OutputBatch.Read(message);
        while (reader.Next(out var block))
            _latency.Add(Math.Max(0, now - block.Time(block.Count - 1)) * 1000);
        return Task.CompletedTask;
    }

    /// <summary>A gateway sends its messages in order: the next when the broker has the one before.</summary>
    private async Task PublishAfter(Task before, int index, long sequence)
    {
        await before;
        await Publish(index, sequence);
    }

    private async Task Publish(int index, long sequence)
    {
        try
        {
            var gateway = _gateways[index];
            var message = new MqttApplicationMessage
            {
                Topic = MqttTopics.Inputs(_broker.Prefix, ApiKeys.OpenTenant, _deployment, gateway.Shard),
                Payload = new ReadOnlySequence<byte>(MessageOf(gateway, sequence)),
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            };
            do
            {
                while (!await TryPublish(_publishers[gateway.Shard % _publishers.Length], message))
                    await Task.Delay(100);
            }
            while (_waitsForOutputs && !await HasOutput(gateway.Streams[^1], sequence + SamplesAMessage - 1));
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task<bool> HasOutput(int stream, long sequence)
    {
        var watch = Stopwatch.StartNew();
        while (!Ledger.Has(stream, sequence))
        {
            if (watch.Elapsed > OutputPatience)
                return false;
            await Task.Delay(20);
        }

        return true;
    }

    private static async Task<bool> TryPublish(MqttConnection publisher, MqttApplicationMessage message)
    {
        try
        {
            // Where no shard reads the topic yet, the broker says so and keeps nothing.
            return (await publisher.Client.PublishAsync(message)).ReasonCode == MqttClientPublishReasonCode.Success;
        }
        catch (Exception)
        {
            // The broker is away: again, until it has it.
            return false;
        }
    }

    private byte[] MessageOf(Gateway gateway, long sequence)
    {
        var writer = new ArrayBufferWriter<byte>(1 << 15);
        var samples = new float[SamplesAMessage * SensorPool.Channels];
        var time = Clock.Now() - ((SamplesAMessage - 1) * (long)Interval);
        SampleBatch.Begin(writer);
        foreach (var stream in gateway.Streams)
        {
            Sensors.Read(stream, sequence, samples);
            SampleBatch.Add(writer, new SampleBlock
            {
                Stream = OutputLedger.NameOf(stream),
                Sequence = sequence,
                Time = time,
                Interval = Interval,
                Count = SamplesAMessage,
                Values = MemoryMarshal.AsBytes(samples.AsSpan()),
            });
        }

        return writer.WrittenSpan.ToArray();
    }

    private sealed record Gateway(int Shard, int[] Streams);
}
