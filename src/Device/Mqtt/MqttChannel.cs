using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using EdgeSeq.Device.Network;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Channel;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;

namespace EdgeSeq.Device.Mqtt;

/// <summary>Lets MQTTnet speak over our connections: its own channel would bring the framework's encryption, see
/// <see cref="TlsConnection"/>.</summary>
internal sealed class MqttChannel(MqttAddress address, TimeSpan timeout) : IMqttChannel
{
    private Connection? _connection;

    public X509Certificate2? ClientCertificate => null;

    public bool IsSecureConnection => address.Tls is not null;

    public EndPoint? LocalEndPoint => null;

    public EndPoint? RemoteEndPoint => null;

    public Task ConnectAsync(CancellationToken cancellationToken)
    {
        _connection = Connection.Open(address.Host, address.Tls, timeout);
        return Task.CompletedTask;
    }

    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        _connection?.Dispose();
        return Task.CompletedTask;
    }

    public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_connection!.TryRead(buffer.AsSpan(offset, count)) is { } read)
                return read;
            await _connection.WaitReadable(cancellationToken).ConfigureAwait(false);
        }
    }

    public Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        foreach (var part in buffer)
            _connection!.Write(part.Span, timeout);
        return Task.CompletedTask;
    }

    public void Dispose() => _connection?.Dispose();

    /// <summary>Makes such channels for MQTTnet.</summary>
    internal sealed class Factory(MqttAddress address, TimeSpan timeout) : IMqttClientAdapterFactory, IMqttClientChannelOptions
    {
        private const int BufferBytes = 4096;
        private const int LargestBuffer = 65535;

        public MqttClientTlsOptions TlsOptions { get; } = new();

        public IMqttChannelAdapter CreateClientAdapter(MqttClientOptions options, MqttPacketInspector packetInspector,
            IMqttNetLogger logger)
        {
            var formatter = new MqttPacketFormatterAdapter(options.ProtocolVersion, new MqttBufferWriter(BufferBytes, LargestBuffer));
            return new MqttChannelAdapter(new MqttChannel(address, timeout), formatter, logger) { PacketInspector = packetInspector };
        }
    }
}
