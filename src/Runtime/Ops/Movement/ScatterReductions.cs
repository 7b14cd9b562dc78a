using System.Numerics;
using EdgeSeq.Runtime.Definitions;

namespace EdgeSeq.Runtime.Ops.Movement;

/// <summary>What the scatter reductions compute.</summary>
internal static class ScatterReductions
{
    public static T Combine<T>(this ScatterReduction reduction, T old, T update)
        where T : INumber<T> => reduction switch
        {
            ScatterReduction.Add => old + update,
            ScatterReduction.Mul => old * update,
            ScatterReduction.Max => T.Max(old, update),
            ScatterReduction.Min => T.Min(old, update),
            _ => update,
        };
}
