using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>An I64 input whose elements are row indices of a table: they must lie in -Rows to Rows - 1 (negative ones count from the
/// end).</summary>
internal readonly record struct IdRange(int Input, int Rows)
{
    /// <summary>Finds the tables that inputs index, directly or through ops that only move elements.</summary>
    public static IdRange[] Find(ProgramSpec program, LoadedValue[] values)
    {
        var ranges = new List<IdRange>();
        for (var input = 0; input < program.Inputs.Length; input++)
        {
            if (program.Inputs[input].Type != ElementType.I64)
                continue;
            var rows = SmallestTable(program, values, program.Inputs[input].Value);
            if (rows is not null)
                ranges.Add(new IdRange(input, rows.Value));
        }

        return [.. ranges];
    }

    private static int? SmallestTable(ProgramSpec program, LoadedValue[] values, int inputValue)
    {
        var carriers = new HashSet<int> { inputValue };
        int? smallest = null;
        foreach (var op in program.Ops)
        {
            var definition = OpDefinitions.Find(op.Op)!;
            if (definition.Is(OpTraits.MovesElements) && IsCarried(op, 0) && definition.Inputs[0].Role == OperandRole.Data)
                carriers.UnionWith(op.Out);
            for (var i = 0; i < definition.Inputs.Count; i++)
            {
                if (definition.Inputs[i].Rows is { } rows && IsCarried(op, i))
                    smallest = Math.Min(smallest ?? int.MaxValue, op.Attributes[rows].GetInt32());
            }
        }

        return smallest;

        bool IsCarried(OpSpec op, int operand) => operand < op.In.Length && carriers.Contains(op.In[operand]);
    }
}
