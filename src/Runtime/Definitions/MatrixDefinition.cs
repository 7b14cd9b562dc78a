using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Definitions;

/// <summary>A packed weight matrix of a step op and what goes with it, by the names of operands and attributes.</summary>
/// <param name="Weights">The operand with the matrix; its definition names that with the scales.</param>
/// <param name="Bias">The operand that is added to the product.</param>
/// <param name="ActivationScale">The attribute with the static scale of what the matrix multiplies.</param>
/// <param name="Vectors">What the matrix multiplies.</param>
public sealed record MatrixDefinition(string Weights, string Bias, string ActivationScale, VectorSource Vectors)
{
    /// <summary>Gates whose rows are interleaved; 1 for anything but a recurrent layer.</summary>
    public int Gates { get; init; } = 1;

    /// <summary>The operand with what a zero point of the activations adds; null where they have none.</summary>
    public string? Shift { get; init; }

    /// <summary>The attribute with the number of columns; null where they follow from several.</summary>
    public string? Columns { get; init; }

    /// <summary>The switch without which some rows multiply another vector than the others; null where all multiply one.</summary>
    public string? OneVectorIf { get; init; }

    /// <summary>A definition is itself and no other: each stands once in the table.</summary>
    public bool Equals(MatrixDefinition? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Weights;
}
