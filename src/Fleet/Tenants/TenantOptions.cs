namespace EdgeSeq.Fleet.Tenants;

/// <summary>A tenant of the configuration: <c>Fleet:Tenants:NAME</c>.</summary>
public sealed class TenantOptions
{
    /// <summary>SHA-256 of each of its API keys, in hexadecimal digits: the keys themselves are nowhere.</summary>
    public List<string> KeyHashes { get; } = [];
}
