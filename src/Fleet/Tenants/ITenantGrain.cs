using EdgeSeq.Fleet.Programs;
using EdgeSeq.Runtime.Errors;
using Orleans.Concurrency;

namespace EdgeSeq.Fleet.Tenants;

/// <summary>A tenant's programs and deployments.</summary>
[Alias("edgeseq.tenant")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>For what loads a program.</summary>
    private const string Patience = "00:01:00";

    /// <summary>What the tenant has. Soon asked again where the grain's silo has died: shards wait for it.</summary>
    [Alias("read"), AlwaysInterleave, ResponseTimeout("00:00:02")]
    Task<Tenant> Read();

    /// <summary>Checks and keeps a program file; again is as once.</summary>
    /// <exception cref="EdgeSeqException">As <see cref="ProgramCheck.Run"/>; ES0704 beyond a quota.</exception>
    [Alias("upload"), ResponseTimeout(Patience)]
    Task<ProgramFacts> Upload(Immutable<byte[]> file);

    /// <exception cref="EdgeSeqException">ES0601 where there is no such program.</exception>
    [Alias("pin-program")]
    Task PinProgram(string hash, bool isPinned);

    /// <exception cref="EdgeSeqException">ES0704 where it is pinned or runs, ES0601 where there is none.</exception>
    [Alias("remove-program")]
    Task RemoveProgram(string hash);

    /// <summary>Creates a deployment; one that is there with the same settings stays.</summary>
    /// <exception cref="EdgeSeqException">ES0704 where it does not fit, ES0705 where its rule does not.</exception>
    [Alias("deploy"), ResponseTimeout(Patience)]
    Task<Deployment> Deploy(Deployment deployment);

    /// <summary>A share of the streams runs another program from now on; a share of 1 makes it the program of all.</summary>
    [Alias("roll-out"), ResponseTimeout(Patience)]
    Task<Deployment> RollOut(string deployment, string hash, double share);

    /// <summary>Ends a roll-out; without one, back to the program before.</summary>
    [Alias("roll-back")]
    Task<Deployment> RollBack(string deployment);

    /// <summary>Binds a stream to a program; null frees it.</summary>
    [Alias("pin-stream"), ResponseTimeout(Patience)]
    Task<Deployment> PinStream(string deployment, string stream, string? hash);
}
