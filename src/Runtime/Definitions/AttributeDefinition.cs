using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Definitions;

/// <summary>An attribute of a step op. Values are int, float, string or arrays of these, as <see cref="Kind"/> says.</summary>
public sealed record AttributeDefinition(string Name, AttributeKind Kind)
{
    /// <summary>Most dimensions of a shape.</summary>
    public const int MaxRank = 8;

    /// <summary>Whether a program must have it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>What stands for an absent one; null where nothing does, or another attribute (<see cref="DefaultFrom"/>).</summary>
    public object? Default { get; init; }

    /// <summary>The attribute whose value stands for an absent one.</summary>
    public string? DefaultFrom { get; init; }

    /// <summary>Least whole number, of a list each.</summary>
    public int Least { get; init; } = int.MinValue;

    /// <summary>Largest whole number.</summary>
    public int Most { get; init; } = int.MaxValue;

    /// <summary>Of a number: above 0.</summary>
    public bool IsPositive { get; init; }

    /// <summary>Of a number: 0 or above.</summary>
    public bool IsNotNegative { get; init; }

    /// <summary>Of a list: how many elements it has; null where that depends on the op.</summary>
    public int? Count { get; init; }

    /// <summary>Of a list of whole numbers: dimensions whose product fits a value.</summary>
    public bool IsShape { get; init; }

    /// <summary>The names that can be chosen.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Whether the case of a name does not matter; such names are written in lower case.</summary>
    public bool AnyCase { get; init; }

    private string KindText => Kind switch
    {
        AttributeKind.Whole => "a whole number",
        AttributeKind.Number or AttributeKind.Element => "a number",
        AttributeKind.Choice => "a name",
        AttributeKind.Wholes => "a list of whole numbers",
        AttributeKind.Numbers => "a list of numbers",
        _ => "a list of names",
    };

    /// <summary>A definition is itself and no other: each stands once in the table.</summary>
    public bool Equals(AttributeDefinition? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Name;

    /// <summary>What is wrong with a value, after "attribute 'x' …"; null where nothing is.</summary>
    internal string? Problem(object value) => (Kind, value) switch
    {
        (AttributeKind.Whole, int number) => number >= Least && number <= Most ? null : $"is not a whole number from {Least} to {Most}",
        (AttributeKind.Number or AttributeKind.Element, float number) => FloatProblem(number),
        (AttributeKind.Choice, string name) => IsChoice(name) ? null : $"is '{name}', not one of {string.Join(", ", Choices)}",
        (AttributeKind.Wholes, int[] numbers) =>
            ListProblem(numbers, number => number >= Least, $"a whole number from {Least} up") ?? ShapeProblem(numbers),
        (AttributeKind.Numbers, float[] numbers) => ListProblem(numbers, float.IsFinite, "a finite number"),
        (AttributeKind.Choices, string[] names) => ListProblem(names, IsChoice, $"one of {string.Join(", ", Choices)}"),
        (AttributeKind.Element, int) => null,
        _ => $"is not {KindText}",
    };

    private bool IsChoice(string name) => Choices.Contains(name, AnyCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    private string? FloatProblem(float number)
    {
        if (!float.IsFinite(number))
            return "is not a finite number";
        if (IsPositive && number <= 0)
            return "must be above 0";
        return IsNotNegative && number < 0 ? "is below 0" : null;
    }

    private string? ListProblem<T>(T[] list, Func<T, bool> isRight, string right)
    {
        if (Count is { } count && count != list.Length)
            return $"has {list.Length} elements, not {count}";
        var wrong = Array.FindIndex(list, element => !isRight(element));
        return wrong < 0 ? null : $"[{wrong}] is not {right}";
    }

    private string? ShapeProblem(int[] shape) =>
        !IsShape || (shape.Length <= MaxRank && ProgramVerifier.Elements(shape) is not null)
            ? null
            : $"[{string.Join(',', shape)}] is too large";
}
