using EdgeSeq.Device.Delivery;
using EdgeSeq.Device.Mqtt;

namespace EdgeSeq.Device.Sinks.Mqtt;

/// <summary>Publishes a sink's messages: <c>mqtt://HOST:PORT/TOPIC</c>.</summary>
internal sealed class MqttSender(MqttLink link) : IMessageSender
{
    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0704 for options, ES0603 for the queue's folder; never for a broker that is not
    /// there.</exception>
    public static ISink Open(string name, SinkContext context)
    {
        var address = MqttAddress.Parse(name, ["retain", .. QueuedSink.Options], isPattern: false, context.Warn);
        _ = address.Options.Word("retain", "off", "on", "off");
        return new QueuedSink(name, address.Options, $"mqtt-{address.Host.Authority}-{address.Topic}", context, identity =>
            new MqttSender(new MqttLink(address, address.Options.Text("client") ?? $"edgeseq-{identity}", keepsSession: false)));
    }

    public void Connect()
    {
        if (!link.IsConnected)
            link.Connect();
    }

    public SendResult Send(IReadOnlyList<QueuedMessage> messages) => new(link.Publish(messages));

    public void Dispose()
    {
        link.Disconnect();
        link.Dispose();
    }
}
