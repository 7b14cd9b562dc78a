using EdgeSeq.Runtime.Kernels;
using static EdgeSeq.Runtime.Definitions.Define;

namespace EdgeSeq.Runtime.Definitions.Ops;

/// <summary>What ops with one weight matrix and an activation share: y = activation(W·x + bias).</summary>
internal static class Products
{
    public const string InputScale = "xScale";

    /// <summary>8, or 16 for int8 activations that are quantised twice.</summary>
    public static readonly AttributeDefinition ActivationBits = Int("activationBits", 8, 8) with { Most = 16 };

    public static IReadOnlyList<AttributeDefinition> Attributes { get; } =
    [
        new("activation", AttributeKind.Choice) { Choices = Enum.GetNames<UnaryFunction>() },
        OptionalFloat("alpha"), OptionalFloat("beta"), OptionalScale(InputScale), ActivationBits,
    ];

    public static MatrixDefinition Matrix(VectorSource vectors, string? columns = null) =>
        new("W", "bias", InputScale, vectors) { Columns = columns, Shift = ShiftName };
}
