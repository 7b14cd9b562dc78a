namespace EdgeSeq.Fleet.Tenants;

/// <summary>What a tenant may use: <c>Fleet:Limits</c> of the configuration.</summary>
public sealed class FleetLimits
{
    /// <summary>Programs.</summary>
    public int Programs { get; set; } = 32;

    /// <summary>Bytes of a program file.</summary>
    public int ProgramBytes { get; set; } = 64 << 20;

    /// <summary>Memory of a stream, in bytes.</summary>
    public long SessionBytes { get; set; } = 16 << 20;

    /// <summary>Time of a step, alone, in milliseconds.</summary>
    public double StepMilliseconds { get; set; } = 20;

    /// <summary>Streams of all deployments.</summary>
    public int Streams { get; set; } = 100_000;

    /// <summary>Samples a second that a silo takes from a tenant over HTTP and WebSocket.</summary>
    public int SamplesPerSecond { get; set; } = 1_000_000;
}
