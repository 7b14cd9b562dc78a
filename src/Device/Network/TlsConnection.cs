using System.Net.Sockets;

namespace EdgeSeq.Device.Network;

/// <summary>An encrypted connection by the system's OpenSSL. The framework's own encryption would bring its X.509 and HTTP with it, four
/// megabytes of the device binary. The other side's certificate must be valid, vouched for and made out to the host.</summary>
internal sealed class TlsConnection : Connection
{
    private readonly OpenSsl _openSsl;
    private readonly Lock _lock = new();
    private nint _context;
    private nint _session;

    private TlsConnection(Socket socket, OpenSsl openSsl, nint context)
        : base(socket)
    {
        _openSsl = openSsl;
        _context = context;
        _session = openSsl.NewSession(context, socket.Handle);
    }

    private nint Session => _session != 0 ? _session : throw Broken();

    /// <summary>Shakes hands.</summary>
    /// <exception cref="NetworkException">OpenSSL is missing, a file is unusable, or the other side is not who it should be.</exception>
    public static TlsConnection Start(Socket socket, string host, TlsSettings settings, TimeSpan timeout)
    {
        var openSsl = OpenSsl.Load();
        var connection = new TlsConnection(socket, openSsl, openSsl.NewContext(settings));
        try
        {
            openSsl.ExpectHost(connection._session, host);
            connection.ShakeHands(timeout);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override int? TryRead(Span<byte> buffer)
    {
        lock (_lock)
        {
            var count = _openSsl.Read(Session, buffer);
            return count > 0 ? count
                : _openSsl.Error(Session, count) switch
                {
                    OpenSsl.WantsRead or OpenSsl.WantsWrite => null,
                    OpenSsl.IsClosed => 0,
                    _ => throw Broken(),
                };
        }
    }

    protected override int TryWrite(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            var count = _openSsl.Write(Session, bytes);
            return count > 0 ? count
                : _openSsl.Error(Session, count) is OpenSsl.WantsRead or OpenSsl.WantsWrite ? 0 : throw Broken();
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            if (_session != 0)
                _openSsl.Free(_session, _context);
            _session = _context = 0;
        }

        base.Dispose(disposing);
    }

    private static NetworkException Broken() => new("the other side broke the encrypted connection");

    private void ShakeHands(TimeSpan timeout)
    {
        var until = Deadline(timeout);
        while (true)
        {
            var result = _openSsl.Connect(_session);
            if (result == 1)
                return;
            switch (_openSsl.Error(_session, result))
            {
                case OpenSsl.WantsRead:
                    Wait(SelectMode.SelectRead, until);
                    break;
                case OpenSsl.WantsWrite:
                    Wait(SelectMode.SelectWrite, until);
                    break;
                default:
                    throw new NetworkException($"the encrypted connection fails: {_openSsl.Reason(_session)}");
            }
        }
    }
}
