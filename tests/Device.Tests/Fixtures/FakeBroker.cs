using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>As much of an MQTT 3.1.1 broker as one client needs. It keeps every message and ends the connection at chosen ones, before it
/// confirms them; to a subscriber it sends what it is given.</summary>
internal sealed class FakeBroker : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HashSet<int> _breakAt;
    private readonly Thread _thread;

    /// <param name="breakAt">Counts of received messages at which the connection ends.</param>
    public FakeBroker(params ReadOnlySpan<int> breakAt)
    {
        _breakAt = [.. breakAt];
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    public int Port { get; }

    /// <summary>Topic and text of each message in the order of their arrival. Locked while it changes.</summary>
    public List<(string Topic, string Text)> Messages { get; } = [];

    /// <summary>Sent one after another when a client subscribes; an empty one ends the connection, and the rest goes to the next
    /// subscription.</summary>
    public Queue<byte[]> ToSubscriber { get; } = new();

    public List<(string Topic, string Text)> Snapshot()
    {
        lock (Messages)
            return [.. Messages];
    }

    public void Dispose()
    {
        _listener.Dispose();
        _thread.Join();
    }

    private static byte[] Exactly(NetworkStream stream, int count)
    {
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static int ReadLength(NetworkStream stream)
    {
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = stream.ReadByte();
            length |= (part & 0x7F) << shift;
            if (part < 0x80)
                return length;
        }
    }

    private void Serve()
    {
        while (true)
        {
            try
            {
                using var client = _listener.AcceptTcpClient();
                using var stream = client.GetStream();
                while (Answer(stream))
                {
                }
            }
            catch (IOException)
            {
                // The client went away; the next may come.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    /// <summary>Answers one packet; false where the connection is to end.</summary>
    private bool Answer(NetworkStream stream)
    {
        var kind = stream.ReadByte();
        if (kind < 0)
            return false;
        var body = Exactly(stream, ReadLength(stream));
        switch (kind >> 4)
        {
            case 1:
                stream.Write([0x20, 2, 0, 0]);
                return true;
            case 3:
                return Take(stream, body);
            case 4:
                return true;
            case 8:
                stream.Write([0x90, 3, body[0], body[1], 1]);
                return SendAll(stream);
            case 12:
                stream.Write([0xD0, 0]);
                return true;
            default:
                return false;
        }
    }

    private bool SendAll(NetworkStream stream)
    {
        while (ToSubscriber.TryDequeue(out var content))
        {
            if (content.Length == 0)
            {
                // A client may leave out what came just before a connection's end.
                Thread.Sleep(300);
                return false;
            }

            var length = content.Length + 3;
            stream.Write([0x30, (byte)((length & 0x7F) | 0x80), (byte)(length >> 7), 0, 1, (byte)'a', .. content]);
        }

        return true;
    }

    private bool Take(NetworkStream stream, byte[] body)
    {
        var topic = (body[0] << 8) | body[1];
        lock (Messages)
        {
            Messages.Add((Encoding.UTF8.GetString(body, 2, topic), Encoding.UTF8.GetString(body.AsSpan(topic + 4))));
            if (_breakAt.Contains(Messages.Count))
                return false;
        }

        stream.Write([0x40, 2, body[topic + 2], body[topic + 3]]);
        return true;
    }
}
