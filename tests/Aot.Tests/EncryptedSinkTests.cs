using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Aot.Tests.Machines;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Aot.Tests;

/// <summary>The native binary's encrypted connections, by the system's OpenSSL, to a real broker and to a server.</summary>
public sealed class EncryptedSinkTests : IDisposable
{
    private const int Steps = 2000;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NativeTheory, InlineData("x64")]
    public void Events_reach_a_broker(string machine)
    {
        var certificates = new TestCertificates(_folder, "authority", "127.0.0.1");
        using var broker = new Mosquitto(
            _folder, "allow_anonymous true", $"certfile {certificates.CertificateFile}", $"keyfile {certificates.KeyFile}");

        var delivery = Deliver(
            machine, $"mqtts://127.0.0.1:{Port(broker.Port)}/t,ca={certificates.CaFile},queue={_folder.File("queue")}");

        Assert.InRange(delivery.GetProperty("delivered").GetInt32(), 1, Steps);
        Assert.Equal(0, delivery.GetProperty("waiting").GetInt32());
    }

    [NativeTheory, InlineData("x64")]
    public void Events_reach_a_server(string machine)
    {
        var certificates = new TestCertificates(_folder, "authority", "127.0.0.1");
        using var certificate = X509Certificate2.CreateFromPemFile(certificates.CertificateFile, certificates.KeyFile);
        using var server = new FakeServer(certificate, FakeServer.Answer(200));

        var delivery = Deliver(
            machine, $"https://127.0.0.1:{Port(server.Port)}/events,ca={certificates.CaFile},queue={_folder.File("queue")}");

        Assert.Equal(server.Snapshot().Count, delivery.GetProperty("delivered").GetInt32());
        Assert.All(server.Snapshot(), request => Assert.Contains("\"event\"", request.Body, StringComparison.Ordinal));
    }

    [NativeTheory, InlineData("x64")]
    public void A_server_that_nobody_vouches_for_gets_nothing(string machine)
    {
        var certificates = new TestCertificates(_folder, "authority", "127.0.0.1");
        var other = new TestCertificates(_folder, "other", "127.0.0.1");
        using var certificate = X509Certificate2.CreateFromPemFile(certificates.CertificateFile, certificates.KeyFile);
        using var server = new FakeServer(certificate, FakeServer.Answer(200));

        var delivery = Deliver(machine, $"https://127.0.0.1:{Port(server.Port)}/events,ca={other.CaFile},queue={_folder.File("queue")}");

        Assert.Equal(0, delivery.GetProperty("delivered").GetInt32());
        Assert.Empty(server.Snapshot());
    }

    private static string Port(int port) => port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Runs the bundled program on a simulated sensor with a rule that gives events.</summary>
    /// <returns>The report's part about the sink.</returns>
    private static JsonElement Deliver(string machine, string sink)
    {
        var output = Machine.Named(machine).Start().Run("run", "models/activity/activity.eseq", "--source", "sim:mpu6050:1,units=g",
            "--steps", Steps.ToString(CultureInfo.InvariantCulture), "--decide", "on=0.5", "--sink", sink, "--json");
        using var report = JsonDocument.Parse(output);
        return report.RootElement.GetProperty("deliveries")[0].Clone();
    }
}
