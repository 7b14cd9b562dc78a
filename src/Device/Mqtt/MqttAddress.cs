using System.Text;
using EdgeSeq.Device.Network;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Mqtt;

/// <summary>A topic at a broker, as a user writes it: <c>mqtt://HOST:PORT/TOPIC</c>, or <c>mqtts:</c> for an encrypted connection, with
/// options after commas.</summary>
internal sealed record MqttAddress
{
    private const int UsualPort = 1883;
    private const int UsualEncryptedPort = 8883;
    private const int LongestTopic = 65535;

    private static readonly string[] ConnectionOptions = [.. TlsSettings.Options, "credentials", "client"];

    /// <summary>The whole name of the source or sink, for messages.</summary>
    public required string Name { get; init; }

    public required HostAddress Host { get; init; }

    public required string Topic { get; init; }

    public required TlsSettings? Tls { get; init; }

    public required Credentials? Credentials { get; init; }

    public required EndpointOptions Options { get; init; }

    /// <param name="ownOptions">Options besides those of the connection.</param>
    /// <param name="isPattern">Whether the topic may have the wildcards + and #.</param>
    /// <exception cref="EdgeSeqException">ES0704 for an address or option that is not understood, ES0601 and ES0602 for files.</exception>
    public static MqttAddress Parse(string name, ReadOnlySpan<string> ownOptions, bool isPattern, Action<string> warn)
    {
        var (scheme, rest) = EndpointName.Parse(name);
        var (place, options) = EndpointOptions.Split(name, rest);
        options.RequireKnown([.. ConnectionOptions, .. ownOptions]);
        var isEncrypted = scheme == "mqtts";
        var host = HostAddress.Parse(name, place, isEncrypted ? UsualEncryptedPort : UsualPort);
        if (host.Path.Length == 0)
            throw options.Invalid("names no topic", $"as in {scheme}://{host.Authority}/site/machine");
        if (!isPattern && host.Path.AsSpan().ContainsAny('+', '#'))
            throw options.Invalid("a topic to write to has no wildcards");
        if (Encoding.UTF8.GetByteCount(host.Path) > LongestTopic || host.Path.Contains('\0'))
            throw options.Invalid("the topic is too long or holds a zero");
        return new MqttAddress
        {
            Name = name,
            Host = host,
            Topic = host.Path,
            Tls = TlsSettings.Of(options, isEncrypted),
            Credentials = Credentials.Of(options, warn),
            Options = options,
        };
    }
}
