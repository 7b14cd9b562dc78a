using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Definitions.Ops;

/// <summary>What an op of a program changes.</summary>
public static class OpStates
{
    /// <summary>Values that the op writes: its outputs, and the states among its inputs that it keeps itself.</summary>
    public static IEnumerable<int> Changed(OpSpec op) => op.Out.Concat(Kept(op)).Where(value => value >= 0);

    private static IEnumerable<int> Kept(OpSpec op)
    {
        if (OpDefinitions.Find(op.Op) is not { } definition)
            return [];
        var isWritten = definition.WritesStatesIf is not { } condition || new OpFacts(definition, op, [])[condition] != 0;
        return isWritten ? op.In.Where((_, i) => i < definition.Inputs.Count && definition.Inputs[i].Role == OperandRole.State) : [];
    }
}
