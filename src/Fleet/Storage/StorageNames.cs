namespace EdgeSeq.Fleet.Storage;

/// <summary>The two grain storages.</summary>
internal static class StorageNames
{
    /// <summary>Snapshots and programs, as raw bytes.</summary>
    public const string Raw = "edgeseq-raw";

    /// <summary>What tenants have, as JSON.</summary>
    public const string Records = "edgeseq-records";
}
