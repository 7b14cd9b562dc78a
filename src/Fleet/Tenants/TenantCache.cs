using System.Collections.Concurrent;
using EdgeSeq.Fleet.Engine;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Fleet.Tenants;

/// <summary>What tenants have, as of at most a second ago: a roll-out reaches every silo within that time.</summary>
public sealed class TenantCache(IGrainFactory grains)
{
    private const long FreshMicroseconds = 1_000_000;

    private readonly ConcurrentDictionary<string, Entry> _tenants = new(StringComparer.Ordinal);

    public ValueTask<Tenant> Read(string tenant)
    {
        var now = Clock.Now();
        return _tenants.TryGetValue(tenant, out var entry) && now - entry.Time < FreshMicroseconds
            ? ValueTask.FromResult(entry.Tenant) : Load(tenant, now);
    }

    /// <summary>A tenant and one of its deployments; read again where it seems not to be there.</summary>
    /// <exception cref="EdgeSeqException">ES0601 where there is no such deployment.</exception>
    public async ValueTask<(Tenant Tenant, Deployment Deployment)> Find(string tenant, string deployment)
    {
        var record = await Read(tenant).ConfigureAwait(false);
        if (record.Find(deployment) is null)
            record = await Load(tenant, Clock.Now()).ConfigureAwait(false);
        return (record, record.Find(deployment)
            ?? throw new EdgeSeqException(ErrorCodes.FileMissing, $"there is no deployment {deployment}", "create it first"));
    }

    /// <summary>After a change that this silo made itself.</summary>
    public void Forget(string tenant) => _tenants.TryRemove(tenant, out _);

    private async ValueTask<Tenant> Load(string tenant, long now)
    {
        var read = await grains.GetGrain<ITenantGrain>(tenant).Read().ConfigureAwait(false);
        _tenants[tenant] = new Entry(read, now);
        return read;
    }

    private sealed record Entry(Tenant Tenant, long Time);
}
