using System.Net.Sockets;
using System.Text;
using EdgeSeq.Device.Delivery;
using EdgeSeq.Device.Network;
using MQTTnet;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeSeq.Device.Mqtt;

/// <summary>A client of a broker, for one thread that may wait: MQTT 3.1.1, quality of service 1.</summary>
internal sealed class MqttLink : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly MqttAddress _address;
    private readonly MqttClient _client;
    private readonly MqttClientOptions _options;

    /// <param name="clientId">By which the broker knows the client when it comes back.</param>
    /// <param name="keepsSession">Whether the broker keeps messages of our subscriptions while we are away.</param>
    public MqttLink(MqttAddress address, string clientId, bool keepsSession)
    {
        var factory = new MqttChannel.Factory(address, Patience);
        _address = address;
        _client = new MqttClient(factory, MqttNetNullLogger.Instance);
        _options = new MqttClientOptions
        {
            ChannelOptions = factory,
            ProtocolVersion = MqttProtocolVersion.V311,
            ClientId = clientId,
            CleanSession = !keepsSession,
            KeepAlivePeriod = KeepAlive,
            Timeout = Patience,
            Credentials = address.Credentials is { } login
                ? new MqttClientCredentials(login.User, Encoding.UTF8.GetBytes(login.Password)) : null,
        };
        _client.ApplicationMessageReceivedAsync += received =>
        {
            Received?.Invoke(received.ApplicationMessage);
            return Task.CompletedTask;
        };
    }

    /// <summary>Takes messages of subscriptions, on a thread of MQTTnet's; the broker counts them as delivered when it returns.</summary>
    public Action<MqttApplicationMessage>? Received { get; set; }

    public bool IsConnected => _client.IsConnected;

    /// <exception cref="NetworkException">The broker cannot be reached or refuses us.</exception>
    public void Connect() => Do(() =>
    {
        var result = _client.ConnectAsync(_options).GetAwaiter().GetResult();
        if (result.ResultCode != MqttClientConnectResultCode.Success)
            throw new NetworkException($"the broker refuses the connection: {Words(result.ResultCode)}");
    });

    /// <exception cref="NetworkException">The connection broke or the broker refuses.</exception>
    public void Subscribe() => Do(() =>
    {
        var filter = new MqttTopicFilter { Topic = _address.Topic, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce };
        var result = _client.SubscribeAsync(new MqttClientSubscribeOptions { TopicFilters = [filter] }).GetAwaiter().GetResult();
        if (result.Items.Any(item => item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2))
            throw new NetworkException($"the broker refuses a subscription to {_address.Topic}");
    });

    /// <summary>Publishes messages, several under way at once.</summary>
    /// <returns>How many of them, from the first, the broker has confirmed.</returns>
    /// <exception cref="NetworkException">Not one was confirmed.</exception>
    public int Publish(IReadOnlyList<QueuedMessage> messages)
    {
        var confirmed = 0;
        try
        {
            Do(() =>
            {
                using var late = new CancellationTokenSource(Patience);
                var sent = messages.Select(message => _client.PublishAsync(MessageOf(message.Content), late.Token)).ToList();
                for (; confirmed < sent.Count; confirmed++)
                    sent[confirmed].GetAwaiter().GetResult();
            });
        }
        catch (NetworkException) when (confirmed > 0)
        {
            // The next attempt tells whether the connection is lost.
        }

        return confirmed;
    }

    public void Disconnect()
    {
        try
        {
            if (_client.IsConnected)
                _client.DisconnectAsync(new MqttClientDisconnectOptions()).GetAwaiter().GetResult();
        }
        catch (Exception e) when (IsFailure(e))
        {
            // It was to end anyway.
        }
    }

    public void Dispose() => _client.Dispose();

    private static bool IsFailure(Exception e) =>
        e is MqttCommunicationException or MqttProtocolViolationException or OperationCanceledException or IOException
            or InvalidOperationException or SocketException;

    private static void Do(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Known(e) ?? new NetworkException(e is OperationCanceledException or MqttCommunicationTimedOutException
                    ? "the broker does not answer in time" : "the connection to the broker broke", e);
        }
    }

    /// <summary>What our own channel found, which MQTTnet unwraps and wraps.</summary>
    private static NetworkException? Known(Exception? e) => e switch
    {
        null => null,
        NetworkException known => known,
        SocketException socket => NetworkException.Of(socket),
        _ => Known(e.InnerException),
    };

    private static string Words(MqttClientConnectResultCode code) => code switch
    {
        MqttClientConnectResultCode.BadUserNameOrPassword => "wrong user or password",
        MqttClientConnectResultCode.NotAuthorized => "not permitted; credentials=FILE names user and password",
        MqttClientConnectResultCode.ClientIdentifierNotValid => "it does not like our client name",
        MqttClientConnectResultCode.ServerUnavailable => "it is not available",
        _ => $"code {(int)code}",
    };

    private MqttApplicationMessage MessageOf(byte[] content) => new()
    {
        Topic = _address.Topic,
        PayloadSegment = content,
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        Retain = _address.Options.Text("retain") == "on",
    };
}
