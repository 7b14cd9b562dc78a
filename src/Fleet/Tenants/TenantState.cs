namespace EdgeSeq.Fleet.Tenants;

/// <summary>What is stored of a tenant.</summary>
[GenerateSerializer, Alias("edgeseq.tenant-state")]
internal sealed class TenantState
{
    [Id(0)]
    public Tenant Tenant { get; set; } = new();
}
