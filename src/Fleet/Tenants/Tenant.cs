using EdgeSeq.Fleet.Programs;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Fleet.Tenants;

/// <summary>What a tenant has.</summary>
[GenerateSerializer, Immutable, Alias("edgeseq.tenant-record")]
public sealed record Tenant
{
    [Id(0)]
    public ProgramFacts[] Programs { get; init; } = [];

    [Id(1)]
    public Deployment[] Deployments { get; init; } = [];

    public Deployment? Find(string deployment) => Array.Find(Deployments, each => each.Name == deployment);

    /// <summary>Whether each value of a sample is a whole number (I64), else F32.</summary>
    public IReadOnlyList<bool> InputsOf(Deployment deployment)
    {
        var program = FindProgram(deployment.Program)!;
        return [.. program.Inputs.SelectMany(input => Enumerable.Repeat(input.Type == nameof(ElementType.I64), input.Length))];
    }

    public ProgramFacts? FindProgram(string hash) => Array.Find(Programs, each => each.Hash == hash);
}
