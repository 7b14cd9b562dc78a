using System.Buffers;
using EdgeSeq.Fleet.Mqtt;
using EdgeSeq.Fleet.Tests.Fixtures;
using EdgeSeq.FleetTrials.Servers;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeSeq.Fleet.Tests.Native;

/// <summary>mosquitto with a certificate of an authority of our own.</summary>
public class EncryptedBrokerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [NativeFact]
    public async Task Samples_and_outputs_go_encrypted_and_only_to_a_broker_that_somebody_vouches_for()
    {
        using var folder = new TempFolder();
        var certificates = new TestCertificates(folder, "authority", "127.0.0.1");
        await using var broker = new MosquittoServer($"certfile {certificates.CertificateFile}\nkeyfile {certificates.KeyFile}");
        await broker.Start();
        await using var host = new TestHost
        {
            Settings =
            {
                ["Fleet:Mqtt:Host"] = "127.0.0.1",
                ["Fleet:Mqtt:Port"] = $"{broker.Port}",
                ["Fleet:Mqtt:Tls"] = "true",
                ["Fleet:Mqtt:CaFile"] = certificates.CaFile,
            },
        };
        await host.InitializeAsync();
        await host.Deploy("acme", "encrypted", streams: 1);
        var options = new MqttOptions { Host = "127.0.0.1", Port = broker.Port, Tls = true };
        await using var stranger = new MqttConnection(options, "stranger");
        stranger.Start(_ => Task.CompletedTask);
        options.CaFile = certificates.CaFile;
        await using var sensor = new MqttConnection(options, "sensor");
        sensor.Start(_ => Task.CompletedTask);
        while (!await Publish(sensor.Client))
            await Task.Delay(100, Stop);
        while (host.Outputs.Messages.Length == 0)
            await Task.Delay(20, Stop);
        Assert.False(stranger.Client.IsConnected);
    }

    /// <summary>False until the broker is connected, and the shard has subscribed.</summary>
    private static async Task<bool> Publish(IMqttClient client) => client.IsConnected
        && (await client.PublishAsync(
            new MqttApplicationMessage
            {
                Topic = MqttTopics.Inputs("edgeseq", "acme", "encrypted", 0),
                Payload = new ReadOnlySequence<byte>(Activity.Message((0, 0, 1))),
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            },
            Stop)).ReasonCode == MqttClientPublishReasonCode.Success;
}
