using EdgeSeq.Fleet.Tenants;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Fleet.Hosting;

/// <summary>Whether a configuration can be used.</summary>
internal static class FleetConfiguration
{
    private const int HashDigits = 64;

    /// <exception cref="EdgeSeqException">ES0710, ES0704.</exception>
    public static void Require(FleetOptions options)
    {
        if (options.Open == (options.Tenants.Count > 0))
        {
            throw Wrong(options.Open ? "Fleet:Open and Fleet:Tenants exclude each other" : "there is no tenant",
                "Fleet:Tenants:NAME:KeyHashes:0 is the SHA-256 of an API key; Fleet:Open=true lets everyone in, as tenant 'default'");
        }

        if (options is { Postgres: not null, Redis: null })
        {
            throw Wrong("Fleet:Postgres keeps snapshots, but nothing keeps the log of samples", "Fleet:Redis=HOST:PORT beside it");
        }

        if (options is { PostgresMembership: true, Postgres: null })
            throw Wrong("Fleet:PostgresMembership without Fleet:Postgres", "Fleet:Postgres=Host=…;Username=…;Database=… beside it");

        if (options.Mqtt is { CaFile: { } authorities } mqtt)
        {
            if (!mqtt.Tls)
                throw Wrong("Fleet:Mqtt:CaFile without Fleet:Mqtt:Tls: the connection would be plain", "Fleet:Mqtt:Tls=true beside it");
            if (!File.Exists(authorities))
                throw Wrong($"Fleet:Mqtt:CaFile: there is no file {authorities}", "certificates of the broker's authority, PEM");
        }

        foreach (var (name, tenant) in options.Tenants)
        {
            Names.Require(name, "tenant");
            if (tenant.KeyHashes.Count == 0 || tenant.KeyHashes.Any(hash => hash.Length != HashDigits || !hash.All(char.IsAsciiHexDigit)))
                throw Wrong($"Fleet:Tenants:{name}:KeyHashes is not a list of SHA-256 hashes", "printf %s KEY | sha256sum");
        }
    }

    private static EdgeSeqException Wrong(string problem, string hint) => new(ErrorCodes.ConfigInvalid, problem, hint);
}
