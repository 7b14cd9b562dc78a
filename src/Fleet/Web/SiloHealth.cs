using EdgeSeq.Fleet.Log;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EdgeSeq.Fleet.Web;

/// <summary>Ready while the silo is an active member of its cluster and the log answers.</summary>
internal sealed class SiloHealth(ISiloStatusOracle silos, IShardLog log) : IHealthCheck
{
    public const string Ready = "ready";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (silos.CurrentStatus != SiloStatus.Active)
            return HealthCheckResult.Unhealthy($"the silo is {silos.CurrentStatus}");
        try
        {
            await log.Read("health", 0, 1).WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("the log does not answer", e);
        }
    }
}
