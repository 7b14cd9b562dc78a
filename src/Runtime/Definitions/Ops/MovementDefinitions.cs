using EdgeSeq.Runtime.Program;
using static EdgeSeq.Runtime.Definitions.Define;

namespace EdgeSeq.Runtime.Definitions.Ops;

internal static class MovementDefinitions
{
    private static readonly AttributeDefinition[] Elements = [Shape("shape"), Shape("indexShape"), Int("axis", 0)];

    private static readonly AttributeDefinition[] Slices = [Shape("shape"), Shape("indexShape"), Int("batchDims", 0, 0)];

    private static readonly AttributeDefinition Reduction = LowerChoice<ScatterReduction>("reduction", "none");

    public static IReadOnlyList<OpDefinition> All { get; } =
    [
        new("Copy", OpFamily.Movement)
        {
            Meaning = "strided copy of any type, strides in elements, negative ones allowed",
            Inputs = [Data("x", AnyType)],
            Outputs = [Data("y", AnyType)],
            Attributes = [Shape("shape"), Int("srcOffset", 0, 0), Strides("srcStrides"), Int("dstOffset", 0, 0), Strides("dstStrides")],
            Traits = OpTraits.MovesElements,
            Multiplications = NoMatrixWork,
            OtherWork = op => op.Product("shape"),
        },
        new("Fill", OpFamily.Movement)
        {
            Meaning = "y is value everywhere, of y's type",
            Inputs = [],
            Outputs = [Data("y", AnyType)],
            Attributes = [new("value", AttributeKind.Element) { IsRequired = true }],
            Traits = OpTraits.None,
            Multiplications = NoMatrixWork,
        },
        new("Gather", OpFamily.Movement)
        {
            Meaning = "y[o, i, :] = data[o, indices[i], :]; data I8 is [rows, inner] with scale [rows]; "
                + "negative indices count from the end, others outside go to the nearest row. Ids in an input are checked before the step instead",
            Inputs =
            [
                Table("data", ElementType.F32, ElementType.I64, ElementType.I8) with { Scale = "scale" }, Indices(rows: "rows"),
                    Scale("scale"),
            ],
            Outputs = [Data("y", FloatOrI64)],
            Attributes = [Size("outer", 1), Size("rows"), Size("inner")],
            Traits = OpTraits.MovesElements,
            Multiplications = NoMatrixWork,
        },
        new("GatherElements", OpFamily.Movement)
        {
            Meaning = "ONNX's",
            Inputs = [Data("data", FloatOrI64), Indices()],
            Outputs = [Data("y", FloatOrI64)],
            Attributes = Elements,
            Traits = OpTraits.MovesElements,
            Multiplications = NoMatrixWork,
        },
        new("GatherND", OpFamily.Movement)
        {
            Meaning = "ONNX's",
            Inputs = [Data("data", FloatOrI64), Indices()],
            Outputs = [Data("y", FloatOrI64)],
            Attributes = Slices,
            Traits = OpTraits.MovesElements,
            Multiplications = NoMatrixWork,
        },
        new("ScatterElements", OpFamily.Movement)
        {
            Meaning = "ONNX's",
            Inputs = [Data("data", FloatOrI64), Indices(), Data("updates", FloatOrI64)],
            Outputs = [Data("y", FloatOrI64)],
            Attributes = [.. Elements, Reduction],
            Traits = OpTraits.None,
            Multiplications = NoMatrixWork,
        },
        new("ScatterND", OpFamily.Movement)
        {
            Meaning = "ONNX's",
            Inputs = [Data("data", FloatOrI64), Indices(), Data("updates", FloatOrI64)],
            Outputs = [Data("y", FloatOrI64)],
            Attributes = [.. Slices, Reduction],
            Traits = OpTraits.None,
            Multiplications = NoMatrixWork,
        },
        new("OneHot", OpFamily.Movement)
        {
            Meaning = "y [outer, depth, inner]; values are off and on",
            Inputs = [Indices(), Data("values", FloatOrI64)],
            Outputs = [Data("y", FloatOrI64)],
            Attributes = [Size("outer", 1), Size("depth"), Size("inner", 1)],
            Traits = OpTraits.None,
            Multiplications = NoMatrixWork,
        },
    ];
}
