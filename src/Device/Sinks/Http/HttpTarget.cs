using System.Text;
using EdgeSeq.Device.Files;
using EdgeSeq.Device.Network;

namespace EdgeSeq.Device.Sinks.Http;

/// <summary>Where a sink posts to: <c>http://HOST:PORT/PATH</c> or <c>https:</c>, options after commas.</summary>
/// <param name="Head">The request up to the value of Content-Length.</param>
/// <param name="Timeout">For connecting, and for each request with its answer.</param>
internal sealed record HttpTarget(HostAddress Host, TlsSettings? Tls, byte[] Head, TimeSpan Timeout, EndpointOptions Options)
{
    private const int UsualPort = 80;
    private const int UsualEncryptedPort = 443;
    private const double UsualTimeout = 10;
    private const double LongestTimeout = 600;

    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0704 for an address or option that is not understood, ES0601 and ES0602 for
    /// files.</exception>
    public static HttpTarget Parse(string name, IReadOnlyList<string> ownOptions, Action<string> warn)
    {
        var (scheme, rest) = EndpointName.Parse(name);
        var (place, options) = EndpointOptions.Split(name, rest);
        options.RequireKnown([.. TlsSettings.Options, "credentials", "token", "timeout", .. ownOptions]);
        var isEncrypted = scheme == "https";
        var host = HostAddress.Parse(name, place, isEncrypted ? UsualEncryptedPort : UsualPort);
        if (host.Path.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw options.Invalid("an address has printable characters of ASCII only", "write others as %XX");
        var timeout = TimeSpan.FromSeconds(options.Number("timeout", UsualTimeout, 0.1, LongestTimeout));
        var head = $"POST /{host.Path} HTTP/1.1\r\nHost: {host.Authority}\r\nUser-Agent: edgeseq\r\nContent-Type: application/json\r\n"
            + $"{Authorization(options, warn)}Content-Length: ";
        return new HttpTarget(host, TlsSettings.Of(options, isEncrypted), Encoding.UTF8.GetBytes(head), timeout, options);
    }

    private static string Authorization(EndpointOptions options, Action<string> warn)
    {
        if (Credentials.Of(options, warn) is { } login)
        {
            return options.Text("token") is null
                ? $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.User}:{login.Password}"))}\r\n"
                : throw options.Invalid("credentials= and token= do not go together");
        }

        if (options.Text("token") is not { } path)
            return "";
        using var reader = new StreamReader(InputFile.Open(path));
        var token = reader.ReadLine();
        return string.IsNullOrEmpty(token) || token.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? throw options.Invalid($"{path}: the first line is to be the token")
            : $"Authorization: Bearer {token}\r\n";
    }
}
