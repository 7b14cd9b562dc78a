using EdgeSeq.Fleet.Messages;
using EdgeSeq.Fleet.Outs;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeSeq.Fleet.Mqtt;

/// <summary>Publishes outputs and events, each confirmed by the broker.</summary>
internal sealed class MqttOutput : IOutput, IAsyncDisposable
{
    private readonly MqttConnection _connection;
    private readonly string _prefix;

    public MqttOutput(MqttOptions options, string silo)
    {
        _prefix = options.Prefix;
        _connection = new MqttConnection(options, $"{options.Prefix}.out.{silo}");
        _connection.Start(_ => Task.CompletedTask);
    }

    public string Name => "mqtt";

    public async Task Deliver(OutputMessage message, CancellationToken cancellation)
    {
        var shard = message.Shard;
        if (message.Outputs.Length > OutputBatch.Magic.Length)
        {
            var topic = MqttTopics.Outputs(_prefix, shard.Tenant, shard.Deployment, shard.Number);
            await Publish(topic, message.Outputs, cancellation).ConfigureAwait(false);
        }

        foreach (var each in message.Events)
        {
            var topic = MqttTopics.Events(_prefix, shard.Tenant, shard.Deployment, each.Stream);
            await Publish(topic, each.Json, cancellation).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task Publish(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var result = await _connection.Client.PublishAsync(
            new MqttApplicationMessage
            {
                Topic = topic,
                Payload = new System.Buffers.ReadOnlySequence<byte>(payload),
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            },
            cancellation).ConfigureAwait(false);
        if (!result.IsSuccess)
            throw new IOException($"the broker refuses {topic}: {result.ReasonCode}");
    }
}
