using static EdgeSeq.Runtime.Definitions.Define;

namespace EdgeSeq.Runtime.Definitions.Ops;

internal static class MatrixDefinitions
{
    private static readonly AttributeDefinition[] Fourier = [Size("vectors", 1), Size("samples")];

    /// <summary>At most sixteen passes, of radix 2.</summary>
    private static readonly Func<OpFacts, long> FourierWork = op => op["vectors"] * op["samples"] * 16;

    public static IReadOnlyList<OpDefinition> All { get; } =
    [
        new("Linear", OpFamily.Matrix)
        {
            Meaning = "y[v, :] = activation(W·x[v, :] + bias)",
            Inputs = [Data("x"), Weights("W", "scale"), Scale("scale"), Bias(), Shift()],
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
        new("Banded", OpFamily.Matrix)
        {
            Meaning = "y[v, :] = W·x[v, :], W zero outside of `width` columns from `first` on of each 16 rows: those columns, 16 each",
            Inputs = [Data("x"), Parameters("W")],
            Outputs = [Data("y")],
            Attributes =
            [
                Size("rows"), Size("columns"), Size("vectors", 1), Strides("first", least: 0), Strides("width", least: 1),
            ],
            FloatOnly = "the filters of a spectrum span more decades than int8 holds",
            Traits = OpTraits.None,
            Multiplications = op => op.Sum("width") * 16 * op["vectors"],
        },
        new("DFT", OpFamily.Matrix)
        {
            Meaning = "the Fourier transform of window·x[v, :] and zeros behind, bins 0 to samples/2: real and imaginary parts, "
                + "magnitude, its square",
            Inputs = [Data("x"), Parameters("tables"), Parameters("window").Optional()],
            Outputs = [Data("complex").Optional(), Data("magnitude").Optional(), Data("power").Optional()],
            Attributes = [.. Fourier, SizeOr("given", "samples"), Flag("conjugate")],
            Traits = OpTraits.None,
            Multiplications = NoMatrixWork,
            OtherWork = FourierWork,
        },
        new("InverseDFT", OpFamily.Matrix)
        {
            Meaning = "the samples, times window, whose bins 0 to samples/2 are x[v, :, 2], divided by samples",
            Inputs = [Data("x"), Parameters("tables"), Parameters("window").Optional()],
            Outputs = [Data("y")],
            Attributes = Fourier,
            Traits = OpTraits.None,
            Multiplications = NoMatrixWork,
            OtherWork = FourierWork,
        },
    ];
}
