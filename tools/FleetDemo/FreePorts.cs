using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace EdgeSeq.FleetDemo;

/// <summary>Ports for servers on this machine that start at once.</summary>
/// <remarks>
/// Below those that Linux gives to outgoing connections (from 32,768 on): a port of these can be taken between the probe and
/// the server's start, by any connection of any process.
/// </remarks>
internal static class FreePorts
{
    private const int First = 10_000;
    private const int Pairs = 11_000;
    private static int s_last = RandomNumberGenerator.GetInt32(Pairs);

    /// <summary>A port of which the one above is free too: a silo's clients come in there. No two calls give the same.</summary>
    public static int Next()
    {
        for (var tries = 0; tries < Pairs; tries++)
        {
            var port = First + (2 * (int)((uint)Interlocked.Increment(ref s_last) % Pairs));
            if (IsFree(port) && IsFree(port + 1))
                return port;
        }

        throw new InvalidOperationException($"No port from {First} to {First + (2 * Pairs)} is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Any, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
