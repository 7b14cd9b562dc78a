using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeSeq.Device.Network;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sinks.Prometheus;

/// <summary>Answers <c>GET /metrics</c>, one client after another.</summary>
internal sealed class PrometheusEndpoint : IPrometheusExporter
{
    private const int LargestRequest = 8192;
    private const int Backlog = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly PrometheusText _text;
    private readonly Socket _listener;
    private readonly Thread _thread;
    private volatile bool _isEnding;

    /// <param name="address">The address of this machine to listen at; null for all.</param>
    /// <exception cref="EdgeSeqException">ES0612 where the port cannot be had, ES0704 for an address that is none.</exception>
    public PrometheusEndpoint(string name, string? address, int port, PrometheusText text)
    {
        _text = text;
        _listener = Listen(name, address, port);
        _thread = new Thread(Work) { IsBackground = true, Name = "prometheus" };
        _thread.Start();
    }

    public void Complete()
    {
    }

    public void Dispose()
    {
        _isEnding = true;
        _listener.Dispose();
        _thread.Join(Patience);
    }

    private static Socket Listen(string name, string? address, int port)
    {
        var isAny = address is null;
        if (!IPAddress.TryParse(address ?? "::", out var parsed))
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"{name}: '{address}' is no address of a network",
                "prometheus:PORT listens at all, prometheus:127.0.0.1:PORT for this machine alone, prometheus:./NAME.prom is a file");
        }

        if (isAny && !Socket.OSSupportsIPv6)
            parsed = IPAddress.Any;
        var socket = new Socket(parsed.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (isAny && parsed.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = true;
            socket.Bind(new IPEndPoint(parsed, port));
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new EdgeSeqException(ErrorCodes.NetworkUnusable, $"{name}: {NetworkException.Of(e).Message}", inner: e);
        }
    }

    private static string ReadRequest(Connection client)
    {
        var bytes = new byte[LargestRequest];
        for (var length = 0; length < bytes.Length;)
        {
            var read = client.Read(bytes.AsSpan(length), Patience);
            length += read;
            if (read == 0 || bytes.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
                return Encoding.Latin1.GetString(bytes, 0, length);
        }

        return "";
    }

    private void Work()
    {
        while (!_isEnding)
        {
            try
            {
                using var client = Connection.Accepted(_listener.Accept());
                Answer(client);
            }
            catch (Exception e) when (e is SocketException or NetworkException or ObjectDisposedException)
            {
                // The client went away, or the run ends.
            }
        }
    }

    private void Answer(Connection client)
    {
        var request = ReadRequest(client);
        var isKnown = request.StartsWith("GET /metrics ", StringComparison.Ordinal)
            || request.StartsWith("GET / ", StringComparison.Ordinal);
        var body = Encoding.UTF8.GetBytes(isKnown ? _text.Write() : "GET /metrics\n");
        var status = isKnown ? "200 OK" : "404 Not Found";
        var length = body.Length.ToString(CultureInfo.InvariantCulture);
        var head = $"HTTP/1.1 {status}\r\nContent-Type: {PrometheusText.ContentType}\r\nContent-Length: {length}\r\n"
            + "Connection: close\r\n\r\n";
        client.Write([.. Encoding.UTF8.GetBytes(head), .. body], Patience);
    }
}
