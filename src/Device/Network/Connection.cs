using System.Net;
using System.Net.Sockets;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Network;

/// <summary>A connection to a host, plain; <see cref="TlsConnection"/> is the encrypted one. One thread may read while another
/// writes.</summary>
internal class Connection : IDisposable
{
    private const long NanosecondsPerMicrosecond = 1000;

    protected Connection(Socket socket)
    {
        Socket = socket;
        Socket.Blocking = false;
        Socket.NoDelay = true;
    }

    protected Socket Socket { get; }

    /// <param name="tls">How to encrypt; null for a plain connection.</param>
    /// <exception cref="NetworkException">The host cannot be reached, or is not who it should be.</exception>
    public static Connection Open(HostAddress address, TlsSettings? tls, TimeSpan timeout)
    {
        var socket = Connect(address, timeout);
        try
        {
            return tls is null ? new Connection(socket) : TlsConnection.Start(socket, address.Host, tls, timeout);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static Connection Accepted(Socket socket) => new(socket);

    /// <summary>Reads what is there.</summary>
    /// <returns>Bytes read, 0 at the end of the stream, null where nothing is there yet.</returns>
    /// <exception cref="NetworkException">The connection broke.</exception>
    public virtual int? TryRead(Span<byte> buffer)
    {
        var count = Socket.Receive(buffer, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => count,
            SocketError.WouldBlock => null,
            _ => throw NetworkException.Of(new SocketException((int)error)),
        };
    }

    /// <summary>Returns when there may be something to read.</summary>
    public async Task WaitReadable(CancellationToken cancel) =>
        await Socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancel).ConfigureAwait(false);

    /// <summary>Reads what comes, waited for.</summary>
    /// <returns>Bytes read, 0 at the end of the stream.</returns>
    /// <exception cref="NetworkException">The connection broke, or nothing came in time.</exception>
    public int Read(Span<byte> buffer, TimeSpan timeout)
    {
        var until = Deadline(timeout);
        while (true)
        {
            if (TryRead(buffer) is { } count)
                return count;
            Wait(SelectMode.SelectRead, until);
        }
    }

    /// <summary>Writes all.</summary>
    /// <exception cref="NetworkException">The connection broke, or the other side took nothing in time.</exception>
    public void Write(ReadOnlySpan<byte> bytes, TimeSpan timeout)
    {
        var until = Deadline(timeout);
        while (!bytes.IsEmpty)
        {
            var written = TryWrite(bytes);
            if (written == 0)
                Wait(SelectMode.SelectWrite, until);
            bytes = bytes[written..];
        }
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected static long Deadline(TimeSpan timeout) =>
        MonotonicClock.Now + timeout.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Writes what fits; 0 where nothing does yet.</summary>
    protected virtual int TryWrite(ReadOnlySpan<byte> bytes)
    {
        var count = Socket.Send(bytes, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => count,
            SocketError.WouldBlock => 0,
            _ => throw NetworkException.Of(new SocketException((int)error)),
        };
    }

    protected void Wait(SelectMode mode, long until)
    {
        var left = (until - MonotonicClock.Now) / NanosecondsPerMicrosecond;
        if (left <= 0 || !Socket.Poll((int)Math.Min(left, int.MaxValue), mode))
            throw new NetworkException("no answer in time");
    }

    protected virtual void Dispose(bool disposing) => Socket.Dispose();

    private static Socket Connect(HostAddress address, TimeSpan timeout)
    {
        try
        {
            SocketException? failure = null;
            foreach (var candidate in Dns.GetHostAddresses(address.Host))
            {
                var socket = new Socket(candidate.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    Connect(socket, new IPEndPoint(candidate, address.Port), timeout);
                    return socket;
                }
                catch (SocketException e)
                {
                    socket.Dispose();
                    failure = e;
                }
            }

            throw failure ?? new SocketException((int)SocketError.HostNotFound);
        }
        catch (SocketException e)
        {
            throw NetworkException.Of(e);
        }
    }

    private static void Connect(Socket socket, IPEndPoint target, TimeSpan timeout)
    {
        using var late = new CancellationTokenSource(timeout);
        try
        {
            socket.ConnectAsync(target, late.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }
}
