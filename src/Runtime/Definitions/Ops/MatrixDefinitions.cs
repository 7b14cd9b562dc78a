using static EdgeSeq.Runtime.Definitions.Define;

namespace EdgeSeq.Runtime.Definitions.Ops;

internal static class MatrixDefinitions
{
    public static IReadOnlyList<OpDefinition> All { get; } =
    [
        new("Linear", OpFamily.Matrix)
        {
            Meaning = "y[v, :] = activation(W·x[v, :] + bias)",
            Inputs = [Data("x"), Weights("W", "scale"), Scale("scale"), Bias()],
            Outputs = [Data("y")],
            Attributes = [Size("rows"), Size("columns"), Size("vectors", 1), .. Products.Attributes],
            Matrices = [Products.Matrix(VectorSource.Rows, columns: "columns")],
            Traits = OpTraits.None,
            Multiplications = op => op["rows"] * op["columns"] * op["vectors"],
        },
        new("MatMul", OpFamily.Matrix)
        {
            Meaning = "products of computed matrices for each index of the batch, b not transposed",
            Inputs = [Data("a"), Data("b")],
            Outputs = [Data("y")],
            Attributes =
            [
                Shape("batch").Or(), Strides("aBatchStrides", least: 0).Or(), Strides("bBatchStrides", least: 0).Or(),
                Size("rows"), Size("columns"), Size("inner"),
            ],
            FloatOnly = "both factors are computed",
            Traits = OpTraits.None,
            Multiplications = op => op.Product("batch") * op["rows"] * op["columns"] * op["inner"],
        },
    ];
}
