using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>An HTTP server that answers as it is told, request after request; the last answer stays.</summary>
internal sealed class FakeServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string[] _answers;
    private readonly X509Certificate2? _certificate;
    private readonly Thread _thread;
    private int _requests;

    /// <param name="answers">Whole answers; an empty one closes the connection instead.</param>
    public FakeServer(params string[] answers)
        : this(null, answers)
    {
    }

    /// <param name="certificate">With its key: connections are then encrypted.</param>
    /// <param name="answers">As above.</param>
    public FakeServer(X509Certificate2? certificate, params string[] answers)
    {
        _certificate = certificate;
        _answers = answers;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    public int Port { get; }

    /// <summary>Head and body of each request.</summary>
    public List<(string Head, string Body)> Requests { get; } = [];

    public int Connections { get; private set; }

    public static string Answer(int status) =>
        $"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)} Words\r\nContent-Length: 2\r\n\r\nok";

    public List<(string Head, string Body)> Snapshot()
    {
        lock (Requests)
            return [.. Requests];
    }

    public void Dispose()
    {
        _listener.Dispose();
        _thread.Join();
    }

    private static string ReadHead(Stream stream)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var next = stream.ReadByte();
            if (next < 0)
                return "";
            head.Append((char)next);
        }

        return head.ToString();
    }

    private Stream Opened(TcpClient client)
    {
        if (_certificate is null)
            return client.GetStream();
        var encrypted = new SslStream(client.GetStream());
        encrypted.AuthenticateAsServer(_certificate);
        return encrypted;
    }

    private void Serve()
    {
        while (true)
        {
            try
            {
                using var client = _listener.AcceptTcpClient();
                Connections++;
                using var stream = Opened(client);
                while (AnswerOne(stream))
                {
                }
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The client went away, or refused our certificate; the next may come.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private bool AnswerOne(Stream stream)
    {
        var head = ReadHead(stream);
        if (head.Length == 0)
            return false;
        var length = head.Split("\r\n").First(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))[16..];
        var body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
        stream.ReadExactly(body);
        string answer;
        lock (Requests)
        {
            Requests.Add((head, Encoding.UTF8.GetString(body)));
            answer = _answers[Math.Min(_requests++, _answers.Length - 1)];
        }

        stream.Write(Encoding.ASCII.GetBytes(answer));
        return answer.Length > 0 && !answer.Contains("Connection: close", StringComparison.Ordinal);
    }
}
