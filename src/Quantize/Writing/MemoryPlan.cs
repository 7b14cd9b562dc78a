using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Writing;

/// <summary>
/// Where every state and arena value lies. State values stand one after another. Arena values share memory where their lives within a
/// step do not overlap; inputs and outputs keep theirs for themselves, since the caller reads and writes them between steps.
/// </summary>
internal sealed class MemoryPlan
{
    private readonly Dictionary<StepValue, long> _offsets = [];

    public long StateBytes { get; private set; } = ProgramSpec.StateHeaderBytes;

    public long ArenaBytes { get; private set; }

    public long Offset(StepValue value) => _offsets[value.Root];

    public static MemoryPlan Of(StepGraph graph)
    {
        var plan = new MemoryPlan();
        var roots = graph.Values.Select(value => value.Root).Distinct().ToArray();
        foreach (var state in roots.Where(value => value.Place == ValuePlace.State))
        {
            plan._offsets[state] = plan.StateBytes;
            plan.StateBytes += Aligned(Bytes(state));
        }

        plan.PlaceArena(Lives(graph, roots));
        return plan;
    }

    public static long Bytes(StepValue value) => (long)value.Length * value.Type.Size();

    private static long Aligned(long bytes) => (bytes + ProgramSpec.Alignment - 1) / ProgramSpec.Alignment * ProgramSpec.Alignment;

    private static List<Life> Lives(StepGraph graph, StepValue[] roots)
    {
        var kept = graph.Inputs.Select(input => input.Value.Root).Concat(graph.Outputs.Select(output => output.Value.Root)).ToHashSet();
        var uses = new Dictionary<StepValue, (int First, int Last)>();
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (var value in graph.Nodes[i].Inputs.Concat(graph.Nodes[i].Outputs).OfType<StepValue>())
                uses[value.Root] = uses.TryGetValue(value.Root, out var use) ? (use.First, i) : (i, i);
        }

        return [.. roots.Where(value => value.Place == ValuePlace.Arena).Select(value => kept.Contains(value)
            ? new Life(value, int.MinValue, int.MaxValue)
            : new Life(value, uses[value].First, uses[value].Last))];
    }

    /// <summary>Largest first, each at the lowest offset that is free during its whole life.</summary>
    private void PlaceArena(List<Life> lives)
    {
        var placed = new List<(Life Life, long Offset)>(); // By offset.
        foreach (var life in lives.OrderByDescending(life => Bytes(life.Value)).ThenBy(life => life.First)
            .ThenBy(life => life.Value.Name, StringComparer.Ordinal))
        {
            long offset = 0;
            foreach (var (other, at) in placed.Where(p => p.Life.First <= life.Last && life.First <= p.Life.Last))
            {
                if (offset + Aligned(Bytes(life.Value)) <= at)
                    break;

                offset = Math.Max(offset, at + Aligned(Bytes(other.Value)));
            }

            placed.Insert(placed.FindLastIndex(p => p.Offset <= offset) + 1, (life, offset));
            _offsets[life.Value] = offset;
            ArenaBytes = Math.Max(ArenaBytes, offset + Aligned(Bytes(life.Value)));
        }
    }

    private readonly record struct Life(StepValue Value, int First, int Last);
}
