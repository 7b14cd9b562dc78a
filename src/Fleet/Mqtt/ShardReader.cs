using System.Buffers;
using EdgeSeq.Fleet.Ingest;
using EdgeSeq.Fleet.Shards;
using EdgeSeq.Fleet.Telemetry;
using EdgeSeq.Runtime.Errors;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Microsoft.Extensions.Logging;

namespace EdgeSeq.Fleet.Mqtt;

/// <summary>Reads the topic of a shard. The broker knows the reader by the shard's name and keeps its session: another silo that takes the
/// shard over takes the session over, with all that was not acknowledged. A message is acknowledged when it is in the shard's
/// log.</summary>
internal sealed partial class ShardReader : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly MqttConnection _connection;
    private readonly Router _router;
    private readonly FleetMetrics _metrics;
    private readonly ILogger _log;
    private readonly string _tenant;
    private readonly string _deployment;
    private readonly CancellationTokenSource _stop = new();

    public ShardReader(
        MqttOptions options, string tenant, string deployment, int number, Router router, FleetMetrics metrics, ILogger log)
    {
        (_tenant, _deployment, _router, _metrics, _log) = (tenant, deployment, router, metrics, log);
        var topic = MqttTopics.Inputs(options.Prefix, tenant, deployment, number);
        _connection = new MqttConnection(options, topic.Replace('/', '.'));
        _connection.Client.ApplicationMessageReceivedAsync += Receive;
        var filter = new MqttTopicFilter { Topic = topic, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce };
        _connection.Start(stop => _connection.Client.SubscribeAsync(new MqttClientSubscribeOptions { TopicFilters = [filter] }, stop));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task Receive(MqttApplicationMessageReceivedEventArgs received)
    {
        received.AutoAcknowledge = false;
        try
        {
            var done = await Enqueue(received.ApplicationMessage).ConfigureAwait(false);
            _ = Acknowledge(received, done);
        }
        catch (EdgeSeqException e)
        {
            await Acknowledge(received, Task.FromException(e)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Not acknowledged: the next reader gets it.
        }
    }

    /// <summary>Hands a message on, again and again while what must be asked for it is away: the broker would send it again to the next
    /// reader only, behind all that came since.</summary>
    private async Task<Task<TakeResult>> Enqueue(MqttApplicationMessage message)
    {
        var payload = message.Payload.ToArray();
        for (var hasFailed = false; ; hasFailed = true)
        {
            try
            {
                return await _router.Enqueue(_tenant, _deployment, payload, _stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not EdgeSeqException && !_stop.IsCancellationRequested)
            {
                _metrics.InputRetried();
                if (!hasFailed)
                    LogRetried(message.Topic, e.Message);
                await Task.Delay(Pause, _stop.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task Acknowledge(MqttApplicationMessageReceivedEventArgs received, Task done)
    {
        try
        {
            await Outcome(received.ApplicationMessage.Topic, done).ConfigureAwait(false);
            await received.AcknowledgeAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The next reader gets it, and knows it by its sequence numbers.
            LogNotAcknowledged(received.ApplicationMessage.Topic, e.Message);
        }
    }

    /// <summary>Waits until a message is in the log, or is refused for good.</summary>
    private async Task Outcome(string topic, Task done)
    {
        try
        {
            await done.ConfigureAwait(false);
        }
        catch (EdgeSeqException e)
        {
            _metrics.Malformed("mqtt");
            LogRefused(topic, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}: a message waits: {Reason}")]
    private partial void LogRetried(string topic, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Topic}: a message is left out: {Reason}")]
    private partial void LogRefused(string topic, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Topic}: a message is not acknowledged: {Reason}")]
    private partial void LogNotAcknowledged(string topic, string reason);
}
