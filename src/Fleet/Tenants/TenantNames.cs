namespace EdgeSeq.Fleet.Tenants;

/// <summary>The tenants that the configuration names.</summary>
public sealed class TenantNames(IEnumerable<string> names)
{
    public IReadOnlyList<string> All { get; } = [.. names];
}
