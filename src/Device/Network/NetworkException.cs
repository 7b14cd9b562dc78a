using System.Net.Sockets;

namespace EdgeSeq.Device.Network;

/// <summary>A connection that cannot be made or broke, in words for the user.</summary>
internal sealed class NetworkException(string message, Exception? inner = null) : IOException(message, inner)
{
    public static NetworkException Of(SocketException e) => new(Words(e), e);

    private static string Words(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "nobody listens there",
        SocketError.HostNotFound or SocketError.NoData => "the host's name is not known",
        SocketError.TryAgain => "the host's name could not be looked up",
        SocketError.TimedOut => "no answer in time",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "the other side closed the connection",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown => "there is no way to the host",
        SocketError.AddressAlreadyInUse => "the port is in use",
        SocketError.AccessDenied => "the user has no right to the port",
        _ => $"the system reports error {e.NativeErrorCode}",
    };
}
