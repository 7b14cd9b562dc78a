using System.Buffers;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Fleet.Mqtt;
using EdgeSeq.Fleet.Web;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeSeq.FleetTrials.Load;

/// <summary>Messages that no shard can take: noise, and blocks cut short or with numbers out of range.</summary>
internal sealed class MalformedLoad : IAsyncDisposable
{
    private const int UnderWay = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly MqttConnection _connection;
    private readonly string _topic;
    private readonly Random _random;

    public MalformedLoad(int port, string deployment, int seed)
    {
        var options = new MqttOptions { Host = "127.0.0.1", Port = port };
        _connection = new MqttConnection(options, $"malformed-{Environment.ProcessId}");
        _connection.Start(_ => Task.CompletedTask);
        _topic = MqttTopics.Inputs(options.Prefix, ApiKeys.OpenTenant, deployment, 0);
        _random = new Random(seed);
    }

    /// <summary>Publishes so many, as fast as the broker takes them.</summary>
    public async Task Publish(int messages)
    {
        while (!_connection.Client.IsConnected)
            await Task.Delay(Pause);
        for (var sent = 0; sent < messages; sent += UnderWay)
            await PublishSome();
    }

    /// <summary>Publishes about a thousand a second, whenever the broker is there.</summary>
    public async Task PublishUntil(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await PublishSome();
            }
            catch (Exception)
            {
                // The broker is away.
            }

            await Task.Delay(Pause, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private Task<MqttClientPublishResult[]> PublishSome() =>
        Task.WhenAll(Enumerable.Range(0, UnderWay).Select(_ => Next()).Select(bytes => _connection.Client.PublishAsync(
            new MqttApplicationMessage
            {
                Topic = _topic,
                Payload = new ReadOnlySequence<byte>(bytes),
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            })));

    private byte[] Next()
    {
        var bytes = new byte[_random.Next(4, 200)];
        _random.NextBytes(bytes);
        if (_random.Next(2) == 0)
            SampleBatch.Magic.CopyTo(bytes);
        return bytes;
    }
}
