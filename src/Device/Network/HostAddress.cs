using System.Globalization;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Network;

/// <summary>What a source or sink names as <c>SCHEME://HOST:PORT/PATH</c>.</summary>
/// <param name="Host">A name or an address; IPv6 without its brackets.</param>
/// <param name="Port">From 1 to 65535.</param>
/// <param name="Path">What follows the host's slash; empty where there is none.</param>
internal sealed record HostAddress(string Host, int Port, string Path)
{
    private const int LargestPort = 65535;

    /// <summary>The host as it stands in an address.</summary>
    public string Authority =>
        (Host.Contains(':') ? $"[{Host}]" : Host) + ":" + Port.ToString(CultureInfo.InvariantCulture);

    /// <param name="name">The whole name of the source or sink, for messages.</param>
    /// <param name="place">What follows the scheme's colon, options left out.</param>
    /// <exception cref="EdgeSeqException">ES0704 for a text that is not of that form.</exception>
    public static HostAddress Parse(string name, string place, int usualPort)
    {
        if (!place.StartsWith("//", StringComparison.Ordinal))
            throw Invalid(name, "lacks the two slashes before the host");
        var slash = place.IndexOf('/', 2);
        var authority = slash < 0 ? place[2..] : place[2..slash];
        var path = slash < 0 ? "" : place[(slash + 1)..];
        if (authority.Contains('@'))
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"{name}: user and password do not belong where others see them",
                "write them into a file, two lines, and give credentials=FILE");
        }

        var (host, port) = SplitPort(name, authority);
        return host.Length == 0 ? throw Invalid(name, "names no host") : new HostAddress(host, port ?? usualPort, path);
    }

    private static (string Host, int? Port) SplitPort(string name, string authority)
    {
        var end = authority.StartsWith('[') ? authority.IndexOf(']') + 1 : authority.IndexOf(':');
        if (end < 0)
            return (authority, null);
        var host = authority[..end].Trim('[', ']');
        if (end == authority.Length)
            return (host, null);
        return int.TryParse(authority.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && authority[end] == ':' && port is >= 1 and <= LargestPort
            ? (host, port)
            : throw Invalid(name, $"'{authority[end..]}' is not a port");
    }

    private static EdgeSeqException Invalid(string name, string problem) =>
        new(ErrorCodes.OptionInvalid, $"{name}: {problem}", "an address reads scheme://HOST:PORT/PATH");
}
