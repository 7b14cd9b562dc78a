using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Delivery;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Tests.Fixtures;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeSeq.Device.Tests.Sinks.Mqtt;

/// <summary>The sink and a real broker.</summary>
public sealed class MosquittoTests : IDisposable
{
    private const string Topic = "site/machine";

    private readonly TempFolder _folder = new();
    private readonly List<string> _warnings = [];
    private readonly List<long> _received = [];

    public void Dispose() => _folder.Dispose();

    [MosquittoFact]
    public async Task A_broker_and_a_process_that_die_in_between_lose_nothing()
    {
        using var broker = new Mosquitto(_folder, "allow_anonymous true");
        using var reader = await Subscribe(broker);
        using (var sink = Open($"mqtt://127.0.0.1:{broker.Port}"))
        {
            Decide(sink, 100);
            WaitForNumbers(100);
            // The broker's own memory of its reader must be on the disk, for which it is given its second.
            await Task.Delay(1500, TestContext.Current.CancellationToken);
            broker.Kill();
            Decide(sink, 100);
        }

        using (var sink = Open($"mqtt://127.0.0.1:{broker.Port}"))
        {
            Decide(sink, 100);
            broker.Start();
            await Connect(reader, broker);
            WaitForNumbers(300);
            sink.Complete();
        }

        lock (_received)
            Assert.Equal(Enumerable.Range(1, 300).Select(number => (long)number), _received.Distinct().Order());
    }

    [MosquittoFact]
    public async Task A_process_that_is_killed_loses_nothing_that_it_had_on_the_disk()
    {
        var report = new DeliveryReport("test");
        using (var queue = new DiskQueue(_folder.File("queue"), 1_000_000, report))
        {
            // What a process leaves that never reached its broker.
            for (var number = 1; number <= 50; number++)
                queue.Add(number, System.Text.Encoding.UTF8.GetBytes($$"""{"seq":{{number}}}"""));
            queue.Sync();
        }

        using var broker = new Mosquitto(_folder, "allow_anonymous true");
        using var reader = await Subscribe(broker);
        using var sink = Open($"mqtt://127.0.0.1:{broker.Port}");
        WaitForNumbers(50);
    }

    [MosquittoFact]
    public void An_encrypted_connection_with_a_user_and_a_password_delivers()
    {
        var certificates = new TestCertificates(_folder, "authority", "127.0.0.1");
        using var broker = new Mosquitto(_folder,
        [
            "allow_anonymous false", $"password_file {Passwords()}", $"certfile {certificates.CertificateFile}",
            $"keyfile {certificates.KeyFile}",
        ]);
        var context = Context();
        var options = $"ca={certificates.CaFile},credentials={Login("secret")},queue={_folder.File("queue")}";
        using (var sink = SinkCatalog.Open($"mqtts://127.0.0.1:{broker.Port}/{Topic},{options}", context))
        {
            Decide(sink, 20);
            sink.Complete();
        }

        Assert.Equal(20, Assert.Single(context.Deliveries).Delivered);
    }

    [MosquittoFact]
    public void A_wrong_password_is_said_and_the_messages_stay()
    {
        using var broker = new Mosquitto(_folder, "allow_anonymous false", $"password_file {Passwords()}");
        using var sink = Open($"mqtt://127.0.0.1:{broker.Port}", $",credentials={Login("wrong")}");
        Decide(sink, 1);

        WaitForWarning("not permitted");
    }

    [MosquittoFact]
    public void A_certificate_of_an_unknown_authority_or_for_another_host_is_refused()
    {
        var right = new TestCertificates(_folder, "right", "127.0.0.1");
        var other = new TestCertificates(_folder, "other", "elsewhere.example");
        foreach (var (server, ca, words) in new[] { (right, other.CaFile, "certificate"), (other, other.CaFile, "mismatch") })
        {
            using var broker = new Mosquitto(_folder, "allow_anonymous true", $"certfile {server.CertificateFile}",
                $"keyfile {server.KeyFile}");
            var context = Context();
            using var sink = SinkCatalog.Open($"mqtts://127.0.0.1:{broker.Port}/{Topic},ca={ca},queue={_folder.File("queue")}", context);
            Decide(sink, 1);

            WaitForWarning(words);
            Assert.Equal(0, Assert.Single(context.Deliveries).Delivered);
        }
    }

    private static void Decide(ISink sink, int events)
    {
        for (var i = 0; i < events; i++)
            sink.Receive(new DecisionEvent { Name = 0, IsStart = true, Recording = 0, StartSample = i, Score = 0.5f });
    }

    private static Task<MqttClientConnectResult> Connect(IMqttClient reader, Mosquitto broker) =>
        reader.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).WithClientId("reader")
            .WithProtocolVersion(MqttProtocolVersion.V311).WithCleanSession(false).Build(), TestContext.Current.CancellationToken);

    private async Task<IMqttClient> Subscribe(Mosquitto broker)
    {
        var reader = new MqttClientFactory().CreateMqttClient();
        reader.ApplicationMessageReceivedAsync += received =>
        {
            using var json = JsonDocument.Parse(received.ApplicationMessage.Payload.ToArray());
            lock (_received)
                _received.Add(json.RootElement.GetProperty("seq").GetInt64());
            return Task.CompletedTask;
        };
        await Connect(reader, broker);
        await reader.SubscribeAsync(Topic, MqttQualityOfServiceLevel.AtLeastOnce, TestContext.Current.CancellationToken);
        return reader;
    }

    private void WaitForNumbers(int count) => Assert.True(
        SpinWait.SpinUntil(
            () =>
            {
                Thread.Sleep(10);
                lock (_received)
                    return _received.Distinct().Count() >= count;
            },
            TimeSpan.FromSeconds(20)),
        $"received {string.Join(' ', _received)}; {string.Join('\n', _warnings)}");

    private void WaitForWarning(string words) => Assert.True(
        SpinWait.SpinUntil(
            () =>
            {
                Thread.Sleep(10);
                lock (_warnings)
                    return _warnings.Any(warning => warning.Contains(words, StringComparison.Ordinal));
            },
            TimeSpan.FromSeconds(30)),
        string.Join('\n', _warnings));

    private string Login(string password)
    {
        var file = _folder.Write("login", $"me\n{password}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private string Passwords()
    {
        var file = _folder.Write("passwords", "me:secret\n");
        using var process = Process.Start("mosquitto_passwd", ["-U", file]);
        process.WaitForExit();
        return file;
    }

    private ISink Open(string broker, string options = "") =>
        SinkCatalog.Open($"{broker}/{Topic},queue={_folder.File("queue")}{options}", Context());

    private SinkContext Context() => new()
    {
        Outputs = [FakeOutputs.Info("score", 1)],
        IsBatch = false,
        EventNames = ["door"],
        Warn = warning =>
        {
            lock (_warnings)
                _warnings.Add(warning);
        },
    };
}
