using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Programs;
using EdgeSeq.Fleet.Storage;
using EdgeSeq.Runtime.Errors;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace EdgeSeq.Fleet.Tenants;

/// <inheritdoc cref="ITenantGrain"/>
internal sealed class TenantGrain(
    [PersistentState("tenant", StorageNames.Records)] IPersistentState<TenantState> state, IOptions<FleetLimits> limits)
    : Grain, ITenantGrain
{
    private const int MostPins = 1024;

    private FleetLimits Limits => limits.Value;

    private Tenant Current => state.State.Tenant;

    public Task<Tenant> Read() => Task.FromResult(Current);

    public async Task<ProgramFacts> Upload(Immutable<byte[]> file)
    {
        var hash = ProgramCache.HashOf(file.Value);
        if (Current.FindProgram(hash) is { } known)
            return known;
        if (file.Value.Length > Limits.ProgramBytes || Current.Programs.Length >= Limits.Programs)
        {
            throw Refused($"the tenant has {Current.Programs.Length} of at most {Limits.Programs} programs, "
                + $"and this one {file.Value.Length} of at most {Limits.ProgramBytes} bytes", "remove a program that no deployment runs");
        }

        var facts = await Task.Run(() => ProgramCheck.Run(file.Value, hash, Limits.SessionBytes, Limits.StepMilliseconds));
        facts = facts with { Uploaded = DateTimeOffset.UtcNow };
        await GrainFactory.GetGrain<IProgramGrain>(hash).Put(file);
        await Keep(Current with { Programs = [.. Current.Programs, facts] });
        return facts;
    }

    public Task PinProgram(string hash, bool isPinned)
    {
        var facts = RequireProgram(hash);
        return Keep(Current with
        {
            Programs = [.. Current.Programs.Select(each => each == facts ? facts with { IsPinned = isPinned } : each)],
        });
    }

    public async Task RemoveProgram(string hash)
    {
        var facts = RequireProgram(hash);
        var user = Array.Find(Current.Deployments, each => each.Programs.Contains(hash) || each.Previous == hash);
        if (facts.IsPinned || user is not null)
        {
            throw Refused($"program {hash} {(facts.IsPinned ? "is pinned" : $"belongs to deployment {user!.Name}")}",
                "unpin it, or roll out another");
        }

        // The file itself stays: another tenant may have the same.
        await Keep(Current with { Programs = [.. Current.Programs.Where(each => each != facts)] });
    }

    public async Task<Deployment> Deploy(Deployment deployment)
    {
        if (Current.Find(deployment.Name) is { } known)
        {
            return known.Shards == deployment.Shards && known.OnFault == deployment.OnFault && known.Decide == deployment.Decide ? known
                : throw Refused($"deployment {known.Name} is there with other settings", "give the new one another name");
        }

        Names.Require(deployment.Name, "deployment");
        var shards = Current.Deployments.Sum(each => each.Shards) + deployment.Shards;
        if (shards > Deployment.ShardsFor(Limits.Streams))
            throw Refused($"{shards} shards are more than the tenant's {Limits.Streams} streams need", "ask for fewer streams");
        await RequireFit(deployment.Program, deployment);
        await Keep(Current with { Deployments = [.. Current.Deployments, deployment] });
        return deployment;
    }

    public async Task<Deployment> RollOut(string deployment, string hash, double share)
    {
        if (!(share is > 0 and <= 1))
            throw Refused($"a share of {share} is not above 0 and at most 1", "0.1 is a tenth of the streams");
        var current = Require(deployment);
        await RequireFit(hash, current);
        return await Replace(current, share < 1 ? current with { Candidate = hash, Share = share }
            : current with { Program = hash, Previous = hash == current.Program ? current.Previous : current.Program, Candidate = null });
    }

    public Task<Deployment> RollBack(string deployment)
    {
        var current = Require(deployment);
        if (current.Candidate is not null)
            return Replace(current, current with { Candidate = null, Share = 0 });
        return current.Previous is { } previous
            ? Replace(current, current with { Program = previous, Previous = null })
            : throw Refused($"deployment {deployment} had no other program", "roll one out");
    }

    public async Task<Deployment> PinStream(string deployment, string stream, string? hash)
    {
        var current = Require(deployment);
        var pins = new Dictionary<string, string>(current.Pins);
        pins.Remove(stream);
        if (hash is not null)
        {
            if (pins.Count >= MostPins)
                throw Refused($"deployment {deployment} has {MostPins} pinned streams", "free some");
            await RequireFit(hash, current);
            pins[stream] = hash;
        }

        return await Replace(current, current with { Pins = pins });
    }

    /// <summary>The program is the tenant's, and the deployment's rule fits it.</summary>
    private async Task RequireFit(string hash, Deployment deployment)
    {
        RequireProgram(hash);
        var file = await GrainFactory.GetGrain<IProgramGrain>(hash).Read();
        await Task.Run(() =>
        {
            using var model = Runtime.Sessions.Model.Load(file.Value, hash);
            using var engine = new ShardEngine(model, deployment.Settings());
        });
    }

    private ProgramFacts RequireProgram(string hash) => Current.FindProgram(hash)
        ?? throw new EdgeSeqException(ErrorCodes.FileMissing, $"the tenant has no program {hash}", "upload it first");

    private Deployment Require(string deployment) => Current.Find(deployment)
        ?? throw new EdgeSeqException(ErrorCodes.FileMissing, $"there is no deployment {deployment}", "create it first");

    private async Task<Deployment> Replace(Deployment old, Deployment replacement)
    {
        await Keep(Current with { Deployments = [.. Current.Deployments.Select(each => each.Name == old.Name ? replacement : each)] });
        return replacement;
    }

    private Task Keep(Tenant tenant)
    {
        state.State.Tenant = tenant;
        return state.WriteStateAsync();
    }

    private static EdgeSeqException Refused(string problem, string hint) => new(ErrorCodes.OptionInvalid, problem, hint);
}
