using System.Security.Cryptography.X509Certificates;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;

namespace EdgeSeq.Fleet.Mqtt;

/// <summary>A connection that comes back.</summary>
internal sealed class MqttConnection : IAsyncDisposable
{
    /// <summary>MQTTnet's own 8 KB make the window of the connection so small that messages are lost at some thousands a second.</summary>
    private const int BufferBytes = 1 << 20;

    /// <summary>QoS 1 messages that the broker sends before it waits for us: MQTTnet would keep any number.</summary>
    private const ushort MostUnderWay = 64;

    private const uint SessionSeconds = 24 * 3600;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly MqttClientOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    /// <param name="clientId">By which the broker knows us when we come back, from wherever.</param>
    public MqttConnection(MqttOptions options, string clientId)
    {
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.Port)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(clientId)
            .WithCleanStart(false)
            .WithSessionExpiryInterval(SessionSeconds)
            .WithReceiveMaximum(MostUnderWay)
            .WithTimeout(Patience);
        if (options.User is { } user)
            builder.WithCredentials(user, Encoding.UTF8.GetBytes(options.Password ?? ""));
        if (options.Tls)
            builder.WithTlsOptions(tls => Encrypt(tls, options.CaFile));
        _options = builder.Build();
        ((MqttClientTcpOptions)_options.ChannelOptions).BufferSize = BufferBytes;
        Client = new MqttClientFactory().CreateMqttClient();
    }

    public IMqttClient Client { get; }

    /// <summary>Connects, and again whenever the connection is lost.</summary>
    /// <param name="connected">Called after each time.</param>
    public void Start(Func<CancellationToken, Task> connected) => _work = Task.Run(() => Work(connected, _stop.Token));

    /// <summary>Leaves; the broker keeps what comes until we are back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        Client.Dispose();
        _stop.Dispose();
    }

    private static void Encrypt(MqttClientTlsOptionsBuilder tls, string? authorities)
    {
        tls.UseTls();
        if (authorities is null)
            return;
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(authorities);
        tls.WithTrustChain(trusted);
    }

    private async Task Work(Func<CancellationToken, Task> connected, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!Client.IsConnected)
                {
                    await Client.ConnectAsync(_options, stop).ConfigureAwait(false);
                    await connected(stop).ConfigureAwait(false);
                }
            }
            catch (Exception)
            {
                // Not there, not there yet, or told to leave while it connected.
                await DisconnectQuietly().ConfigureAwait(false);
            }

            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await DisconnectQuietly().ConfigureAwait(false);
    }

    private async Task DisconnectQuietly()
    {
        try
        {
            // The session's end is its age, not this.
            if (Client.IsConnected)
                await Client.DisconnectAsync(new() { SessionExpiryInterval = SessionSeconds }).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It is gone already.
        }
    }
}
