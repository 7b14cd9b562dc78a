using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Fleet.Tenants;
using EdgeSeq.Runtime.Errors;
using Microsoft.Extensions.Options;

namespace EdgeSeq.Fleet.Web;

/// <summary>Samples a second that each tenant may send to this silo.</summary>
internal sealed class Quotas(IOptions<FleetLimits> limits) : IDisposable
{
    private readonly ConcurrentDictionary<string, TokenBucketRateLimiter> _buckets = new(StringComparer.Ordinal);

    /// <exception cref="EdgeSeqException">ES0704 where the tenant sends more; ES0301 where the message is malformed.</exception>
    public void Spend(string tenant, ReadOnlySpan<byte> message)
    {
        var samples = 0;
        var reader = SampleBatch.Read(message);
        while (reader.Next(out var block))
            samples += block.Count;
        var most = limits.Value.SamplesPerSecond;
        using var lease = samples > most ? null : Bucket(tenant, most).AttemptAcquire(samples);
        if (lease is not { IsAcquired: true })
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"the tenant sends more than {most} samples a second",
                "send it again later; Fleet:Limits:SamplesPerSecond raises the limit");
        }
    }

    public void Dispose()
    {
        foreach (var bucket in _buckets.Values)
            bucket.Dispose();
    }

    private TokenBucketRateLimiter Bucket(string tenant, int most) => _buckets.GetOrAdd(tenant, _ => new TokenBucketRateLimiter(
        new TokenBucketRateLimiterOptions
        {
            TokenLimit = most,
            TokensPerPeriod = Math.Max(1, most / 10),
            ReplenishmentPeriod = TimeSpan.FromSeconds(0.1),
            QueueLimit = 0,
        }));
}
