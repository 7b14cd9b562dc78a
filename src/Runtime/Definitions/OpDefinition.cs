using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Definitions;

/// <summary>All that the code and the documentation say of a step op, in one place: the reader, the step graph, quantisation, packing,
/// cost, drawings and docs/file-format.md read it.</summary>
/// <param name="Name">As program files have it.</param>
/// <param name="Family">Where its code stands.</param>
public sealed record OpDefinition(string Name, OpFamily Family)
{
    public required IReadOnlyList<OperandDefinition> Inputs { get; init; }

    public required IReadOnlyList<OperandDefinition> Outputs { get; init; }

    public required IReadOnlyList<AttributeDefinition> Attributes { get; init; }

    /// <summary>What it computes, for docs/file-format.md.</summary>
    public required string Meaning { get; init; }

    /// <summary>The weight matrices, in the order of their operands.</summary>
    public IReadOnlyList<MatrixDefinition> Matrices { get; init; } = [];

    public required OpTraits Traits { get; init; }

    /// <summary>Why an op that multiplies has no int8 form; null for one that has one, or does not multiply.</summary>
    public string? FloatOnly { get; init; }

    /// <summary>The switch without which the op reads its states and leaves the writing to another; null where it always writes
    /// them.</summary>
    public string? WritesStatesIf { get; init; }

    /// <summary>Multiplications at a tick, 0 for an op without matrix work.</summary>
    public required Func<OpFacts, long> Multiplications { get; init; }

    /// <summary>Other work at a tick that can outgrow the operands, in elements.</summary>
    public Func<OpFacts, long>? OtherWork { get; init; }

    /// <summary>Whether an operand can be int8.</summary>
    public bool HasInt8Form => Inputs.Any(input => input.Scale is not null);

    /// <summary>Whether the op remembers anything from tick to tick in operands of its own.</summary>
    public bool HasState => Inputs.Any(input => input.Role == OperandRole.State);

    /// <summary>A definition is itself and no other: each stands once in the table.</summary>
    public bool Equals(OpDefinition? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Name;

    public bool Is(OpTraits trait) => (Traits & trait) != 0;

    /// <summary>Index of an input.</summary>
    /// <exception cref="InvalidOperationException">The op has none of this name.</exception>
    public int Input(string name) => IndexOf(Inputs, name);

    /// <summary>Index of an output.</summary>
    /// <exception cref="InvalidOperationException">The op has none of this name.</exception>
    public int Output(string name) => IndexOf(Outputs, name);

    /// <exception cref="InvalidOperationException">The op has none of this name.</exception>
    public AttributeDefinition Attribute(string name) =>
        FindAttribute(name) ?? throw new InvalidOperationException($"The definition of {Name} has no attribute '{name}'.");

    public AttributeDefinition? FindAttribute(string name) => Attributes.FirstOrDefault(attribute => attribute.Name == name);

    private int IndexOf(IReadOnlyList<OperandDefinition> operands, string name)
    {
        for (var i = 0; i < operands.Count; i++)
        {
            if (operands[i].Name == name)
                return i;
        }

        throw new InvalidOperationException($"The definition of {Name} has no operand '{name}'.");
    }
}
