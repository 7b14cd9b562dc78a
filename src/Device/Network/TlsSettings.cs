using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Network;

/// <summary>How a connection is encrypted.</summary>
/// <param name="CaFile">Certificates in PEM form that vouch for the other side; null for those of the system.</param>
/// <param name="CertificateFile">Our own certificate and its chain in PEM form, null for none.</param>
/// <param name="KeyFile">The key of our own certificate in PEM form.</param>
internal sealed record TlsSettings(string? CaFile, string? CertificateFile, string? KeyFile)
{
    /// <summary>The options of these settings.</summary>
    public static IReadOnlyList<string> Options { get; } = ["ca", "cert", "key"];

    /// <summary>Reads <c>ca=</c>, <c>cert=</c> and <c>key=</c>; null for a connection that is not encrypted.</summary>
    /// <exception cref="EdgeSeqException">ES0704 for options without encryption or a certificate without its key, ES0601 and ES0602 for the
    /// files.</exception>
    public static TlsSettings? Of(EndpointOptions options, bool isEncrypted)
    {
        if (!isEncrypted)
        {
            return Options.FirstOrDefault(key => options.Text(key) is not null) is { } given
                ? throw options.Invalid($"{given}= is for encrypted connections", "begin the address with mqtts:// or https://")
                : null;
        }

        if (options.Text("cert") is null != options.Text("key") is null)
            throw options.Invalid("cert= and key= go together");
        foreach (var key in Options)
        {
            if (options.Text(key) is { } path)
                InputFile.Open(path).Dispose();
        }

        return new TlsSettings(options.Text("ca"), options.Text("cert"), options.Text("key"));
    }
}
