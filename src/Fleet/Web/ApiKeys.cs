using System.Security.Cryptography;
using System.Text;
using EdgeSeq.Fleet.Tenants;

namespace EdgeSeq.Fleet.Web;

/// <summary>Which tenant a key belongs to.</summary>
/// <param name="isOpen">Everyone is the tenant "default".</param>
public sealed class ApiKeys(IReadOnlyDictionary<string, TenantOptions> tenants, bool isOpen)
{
    /// <summary>The tenant of a host that is open.</summary>
    public const string OpenTenant = "default";

    private readonly (string Tenant, byte[] Hash)[] _hashes =
        [.. tenants.SelectMany(tenant => tenant.Value.KeyHashes, (tenant, hash) => (tenant.Key, Convert.FromHexString(hash)))];

    /// <summary>The tenant; null where the key is nobody's. It takes as long for a wrong key as for a right one.</summary>
    public string? TenantOf(string? key)
    {
        if (isOpen)
            return OpenTenant;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key ?? ""));
        string? found = null;
        foreach (var (tenant, known) in _hashes)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, known))
                found = tenant;
        }

        return found;
    }
}
