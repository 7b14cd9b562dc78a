using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Verification;

/// <summary>Which part of a program's multiplications is int8, each op weighted by how often it ticks.</summary>
public static class MacShare
{
    /// <summary>Of the whole program.</summary>
    public static double Of(ProgramSpec program) => Of(program, [.. program.Ops]);

    /// <summary>Of the ops that an output depends on, now or through the state.</summary>
    public static double Of(ProgramSpec program, OutputSpec output)
    {
        var needed = new HashSet<int> { output.Value };
        var ops = new HashSet<OpSpec>();
        int before;
        do
        {
            before = ops.Count;
            foreach (var op in program.Ops.Reverse().Where(op => OpStates.Changed(op).Any(needed.Contains)))
            {
                ops.Add(op);
                needed.UnionWith(op.In);
            }
        }
        while (ops.Count > before);

        return Of(program, ops);
    }

    private static double Of(ProgramSpec program, IReadOnlyCollection<OpSpec> ops)
    {
        var all = ops.Sum(op => Weight(program, op));
        return all > 0 ? ops.Where(op => OpCost.Precision(op, program.Values) == "int8").Sum(op => Weight(program, op)) / all : 0;
    }

    private static double Weight(ProgramSpec program, OpSpec op) => (double)OpCost.Macs(op) / program.Clocks[op.Clock].Rate;
}
