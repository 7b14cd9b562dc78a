using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Program;
using static EdgeSeq.Runtime.Definitions.Define;

namespace EdgeSeq.Runtime.Definitions.Ops;

internal static class ElementwiseDefinitions
{
    /// <summary>Functions of one operand that give or take Bool.</summary>
    public const string Not = "Not", IsNaN = "IsNaN", IsInf = "IsInf";

    public static IReadOnlyList<OpDefinition> All { get; } =
    [
        new("Unary", OpFamily.Elementwise)
        {
            Meaning = "ONNX's functions by name, of F32; Abs, Neg and Sign also of I64, Not of Bool; IsNaN and IsInf give Bool; "
                + "alpha and beta are ONNX's, of Clip min and max, of Shrink lambd and bias",
            Inputs = [Data("x", ElementType.F32, ElementType.I64, ElementType.Bool)],
            Outputs = [Data("y", ElementType.F32, ElementType.I64, ElementType.Bool)],
            Attributes =
            [
                Choice("fn", [.. Enum.GetNames<UnaryFunction>(), Not, IsNaN, IsInf]), OptionalFloat("alpha"), OptionalFloat("beta"),
                Flag("detectPositive", 1), Flag("detectNegative", 1),
            ],
            Traits = OpTraits.InPlace,
            Multiplications = NoMatrixWork,
        },
        new("Binary", OpFamily.Elementwise)
        {
            Meaning = "arithmetic of F32 or I64 (PRelu F32 only), comparisons of F32 or I64 to Bool, And, Or, Xor and Equal of Bool; "
                + "stride 0 broadcasts",
            Inputs = [Data("a", Computed), Data("b", Computed)],
            Outputs = [Data("y", Computed)],
            Attributes =
            [
                Choice("fn", [.. Functions]),
                Shape("shape"), Strides("aStrides"), Strides("bStrides"),
            ],
            Traits = OpTraits.InPlace,
            Multiplications = NoMatrixWork,
            OtherWork = op => op.Product("shape"),
        },
        new("Where", OpFamily.Elementwise)
        {
            Meaning = "y = c ? a : b; a, b, y of one type; stride 0 broadcasts",
            Inputs = [Data("c", ElementType.Bool), Data("a", Chosen), Data("b", Chosen)],
            Outputs = [Data("y", Chosen)],
            Attributes = [Shape("shape"), Strides("cStrides"), Strides("aStrides"), Strides("bStrides")],
            Traits = OpTraits.InPlace,
            Multiplications = NoMatrixWork,
            OtherWork = op => op.Product("shape"),
        },
        new("Cast", OpFamily.Elementwise)
        {
            Meaning = "types from the values; float to integer truncates, saturates and makes NaN 0; to Bool gives 1 for all but 0",
            Inputs = [Data("x", AnyType)],
            Outputs = [Data("y", AnyType)],
            Attributes = [],
            Traits = OpTraits.InPlace,
            Multiplications = NoMatrixWork,
        },
    ];

    private static IEnumerable<string> Functions =>
        Enum.GetNames<BinaryFunction>().Union(Enum.GetNames<CompareFunction>()).Union(Enum.GetNames<LogicFunction>());

    private static ElementType[] Computed => [ElementType.F32, ElementType.I64, ElementType.Bool];

    private static ElementType[] Chosen => [ElementType.F32, ElementType.I64, ElementType.I32, ElementType.Bool];
}
