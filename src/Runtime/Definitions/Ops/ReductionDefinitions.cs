using EdgeSeq.Runtime.Program;
using static EdgeSeq.Runtime.Definitions.Define;

namespace EdgeSeq.Runtime.Definitions.Ops;

internal static class ReductionDefinitions
{
    private static readonly AttributeDefinition[] Axis = [Size("outer", 1), Size("count"), Size("inner", 1)];

    public static IReadOnlyList<OpDefinition> All { get; } =
    [
        new("Reduce", OpFamily.Reduction)
        {
            Meaning = "along the middle axis",
            Inputs = [Data("x")],
            Outputs = [Data("y")],
            Attributes = [Choice("fn", Enum.GetNames<ReduceFunction>()), .. Axis],
            Traits = OpTraits.None,
            Multiplications = NoMatrixWork,
        },
        new("ArgReduce", OpFamily.Reduction)
        {
            Meaning = "index of the largest or smallest along the middle axis",
            Inputs = [Data("x", FloatOrI64)],
            Outputs = [Data("y", ElementType.I64)],
            Attributes = [Choice("fn", Enum.GetNames<ArgFunction>()), Flag("selectLast"), .. Axis],
            Traits = OpTraits.None,
            Multiplications = NoMatrixWork,
        },
        new("CumSum", OpFamily.Reduction)
        {
            Meaning = "sums so far along the middle axis",
            Inputs = [Data("x", FloatOrI64)],
            Outputs = [Data("y", FloatOrI64)],
            Attributes = [.. Axis, Flag("exclusive"), Flag("reverse")],
            Traits = OpTraits.InPlace,
            Multiplications = NoMatrixWork,
        },
        new("TopK", OpFamily.Reduction)
        {
            Meaning = "along the middle axis, best first, the lower index first among equals; k ≤ count",
            Inputs = [Data("x")],
            Outputs = [Data("values").Optional(), Data("indices", ElementType.I64).Optional()],
            Attributes = [.. Axis, Size("k"), Flag("largest", 1)],
            Traits = OpTraits.None,
            Multiplications = NoMatrixWork,
            OtherWork = op => op.Input * op["k"],
        },
    ];
}
