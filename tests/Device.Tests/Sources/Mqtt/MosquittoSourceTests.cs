using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Tests.Fixtures;
using MQTTnet;
using MQTTnet.Formatter;

namespace EdgeSeq.Device.Tests.Sources.Mqtt;

/// <summary>The source and a real broker.</summary>
public sealed class MosquittoSourceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MosquittoFact]
    public async Task A_source_goes_on_after_its_broker_was_killed_and_started_again()
    {
        using var broker = new Mosquitto(_folder, "allow_anonymous true");
        var context = Inputs.Context(Inputs.Floats(2));
        using var source = SourceCatalog.Open($"mqtt://127.0.0.1:{broker.Port}/site/+", context);
        var inputs = new StepInputs(context.Inputs);

        await PublishUntilRead(broker, source, inputs, "[1,2]");
        Assert.Equal([1, 2], inputs.Floats(0).ToArray());
        broker.Kill();
        broker.Start();
        do
            await PublishUntilRead(broker, source, inputs, "[3,4]");
        while (inputs.Floats(0)[0] == 1);
        Assert.Equal([3, 4], inputs.Floats(0).ToArray());
    }

    /// <summary>A message that comes before the subscription does is not kept for it, so it is sent until one was read.</summary>
    private static async Task PublishUntilRead(Mosquitto broker, ISource source, StepInputs inputs, string message)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port)
            .WithProtocolVersion(MqttProtocolVersion.V311).Build();
        await client.ConnectAsync(options, TestContext.Current.CancellationToken);
        var read = Task.Run(() => source.Read(inputs), TestContext.Current.CancellationToken);
        while (!read.IsCompleted)
        {
            await client.PublishStringAsync("site/machine", message, cancellationToken: TestContext.Current.CancellationToken);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal(SourceStep.Step, await read);
    }
}
