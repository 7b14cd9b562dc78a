namespace EdgeSeq.FleetTrials.Trials;

/// <summary>What a run with kills is to be.</summary>
/// <param name="GatewaysWait">A gateway sends its next message when it has seen an output of the one before; else when the broker has
/// it.</param>
/// <param name="WithPostgres">Snapshots and the list of silos are kept in PostgreSQL instead of Redis.</param>
/// <param name="Also">Command of one more silo; null for none.</param>
internal sealed record FailoverPlan(
    int Silos, int Kills, int Streams, int Seed, bool GatewaysWait = true, bool WithPostgres = false, string? Also = null);
