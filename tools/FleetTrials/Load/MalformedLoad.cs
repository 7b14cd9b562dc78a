using System.Buffers;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Fleet.Mqtt;
using EdgeSeq.Fleet.Web;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeSeq.FleetTrials.Load;

/// <summary>Messages that no shard can take: noise, and blocks cut short or with numbers out of range.</summary>
internal static class MalformedLoad
{
    private const int UnderWay = 64;

    public static async Task Publish(int port, string deployment, int messages, int seed)
    {
        var options = new MqttOptions { Host = "127.0.0.1", Port = port };
        await using var connection = new MqttConnection(options, $"malformed-{Environment.ProcessId}");
        connection.Start(_ => Task.CompletedTask);
        while (!connection.Client.IsConnected)
            await Task.Delay(50);
        var random = new Random(seed);
        var topic = MqttTopics.Inputs(options.Prefix, ApiKeys.OpenTenant, deployment, 0);
        for (var sent = 0; sent < messages; sent += UnderWay)
        {
            await Task.WhenAll(Enumerable.Range(0, UnderWay).Select(_ => Next(random)).Select(bytes => connection.Client.PublishAsync(
                new MqttApplicationMessage
                {
                    Topic = topic,
                    Payload = new ReadOnlySequence<byte>(bytes),
                    QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                })));
        }
    }

    private static byte[] Next(Random random)
    {
        var bytes = new byte[random.Next(4, 200)];
        random.NextBytes(bytes);
        if (random.Next(2) == 0)
            SampleBatch.Magic.CopyTo(bytes);
        return bytes;
    }
}
