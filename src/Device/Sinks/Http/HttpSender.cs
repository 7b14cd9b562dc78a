using System.Globalization;
using System.Text;
using EdgeSeq.Device.Delivery;
using EdgeSeq.Device.Network;

namespace EdgeSeq.Device.Sinks.Http;

/// <summary>Posts a sink's messages one after another over one connection, as long as the server keeps it: <c>http://HOST:PORT/PATH</c>.
/// HTTP/1.1 by hand, as HttpClient would be 4.5 MB of the device binary.</summary>
internal sealed class HttpSender(HttpTarget target) : IMessageSender
{
    private const int RequestTimeout = 408;
    private const int TooManyRequests = 429;

    private Connection? _connection;

    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0704 for options, ES0603 for the queue's folder; never for a server that is not
    /// there.</exception>
    public static ISink Open(string name, SinkContext context)
    {
        var target = HttpTarget.Parse(name, QueuedSink.Options, context.Warn);
        return new QueuedSink(name, target.Options, $"http-{target.Host.Authority}-{target.Host.Path}", context,
            _ => new HttpSender(target));
    }

    /// <summary>The connection is made with the first message: an idle one would be closed by the server.</summary>
    public void Connect()
    {
    }

    public SendResult Send(IReadOnlyList<QueuedMessage> messages)
    {
        var status = Post(messages[0].Content);
        return status switch
        {
            >= 200 and < 300 => new SendResult(1),
            RequestTimeout or TooManyRequests or >= 500 => throw new NetworkException($"the server answers {status}"),
            _ => new SendResult(1, $"the server refuses with {status}"),
        };
    }

    public void Dispose() => Close();

    private int Post(byte[] content)
    {
        if (_connection is not null)
        {
            try
            {
                return Exchange(content);
            }
            catch (NetworkException)
            {
                // A server may close a connection that was idle: once more, over a new one.
                Close();
            }
        }

        _connection = Connection.Open(target.Host, target.Tls, target.Timeout);
        return Exchange(content);
    }

    private int Exchange(byte[] content)
    {
        try
        {
            var length = Encoding.UTF8.GetBytes(content.Length.ToString(CultureInfo.InvariantCulture));
            _connection!.Write([.. target.Head, .. length, .. "\r\n\r\n"u8, .. content], target.Timeout);
            var response = HttpResponse.Read(_connection, target.Timeout);
            if (!response.KeepsConnection)
                Close();
            return response.Status;
        }
        catch (NetworkException)
        {
            Close();
            throw;
        }
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
