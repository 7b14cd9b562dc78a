using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Definitions;

/// <summary>An input or output of a step op.</summary>
/// <param name="Name">As docs/file-format.md has it.</param>
/// <param name="Role">What it is to the op.</param>
public sealed record OperandDefinition(string Name, OperandRole Role = OperandRole.Data)
{
    /// <summary>The element types that it can have.</summary>
    public IReadOnlyList<ElementType> Types { get; init; } = [ElementType.F32];

    /// <summary>Whether it may be absent.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The operand with its scales where it can be int8, else null.</summary>
    public string? Scale { get; init; }

    /// <summary>Of indices: the attribute with the number of rows that they point at, null where that is not one number.</summary>
    public string? Rows { get; init; }

    /// <summary>A definition is itself and no other: each stands once in the table.</summary>
    public bool Equals(OperandDefinition? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Name;
}
