using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Definitions;

/// <summary>The words in which the families define their ops.</summary>
internal static class Define
{
    /// <summary>The switch of ops with a ring that a Push at another clock may fill.</summary>
    public const string Push = "push";

    /// <summary>The operand of <see cref="Shift"/>.</summary>
    public const string ShiftName = "shift";

    public static readonly ElementType[] AnyType = [ElementType.F32, ElementType.I64, ElementType.I32, ElementType.I8, ElementType.Bool];

    public static readonly ElementType[] FloatOrI64 = [ElementType.F32, ElementType.I64];

    /// <summary>No multiplications: the op does no matrix work.</summary>
    public static readonly Func<OpFacts, long> NoMatrixWork = _ => 0;

    public static OperandDefinition Data(string name, params ElementType[] types) => Typed(new OperandDefinition(name), types);

    public static OperandDefinition Weights(string name, string scale) =>
        new(name, OperandRole.Weights) { Scale = scale, Types = [ElementType.F32, ElementType.I8] };

    /// <summary>The scales of the int8 operand beside them; absent where that is float.</summary>
    public static OperandDefinition Scale(string name) => new(name, OperandRole.Scale) { IsOptional = true };

    public static OperandDefinition Bias(string name = "bias") => new(name, OperandRole.Bias) { IsOptional = true };

    /// <summary>What each row adds for a zero point of one activation step, -scale·Σ weights; activations have one where it is
    /// given.</summary>
    public static OperandDefinition Shift() => new(ShiftName, OperandRole.Bias) { IsOptional = true };

    public static OperandDefinition Parameters(string name) => new(name, OperandRole.Parameters);

    public static OperandDefinition Table(string name, params ElementType[] types) =>
        Typed(new OperandDefinition(name, OperandRole.Table), types);

    public static OperandDefinition Indices(string name = "indices", string? rows = null) =>
        new(name, OperandRole.Indices) { Types = [ElementType.I64], Rows = rows };

    public static OperandDefinition Start(string name) => new(name, OperandRole.Start);

    public static OperandDefinition State(string name, params ElementType[] types) =>
        Typed(new OperandDefinition(name, OperandRole.State), types);

    public static OperandDefinition Optional(this OperandDefinition operand) => operand with { IsOptional = true };

    public static AttributeDefinition Int(string name, int least, int? fallback = null) =>
        new(name, AttributeKind.Whole) { Least = least, IsRequired = fallback is null, Default = fallback };

    /// <summary>A size: a whole number from 1 up.</summary>
    public static AttributeDefinition Size(string name, int? fallback = null) => Int(name, 1, fallback);

    /// <summary>A size that is another one where it is absent.</summary>
    public static AttributeDefinition SizeOr(string name, string other) =>
        new(name, AttributeKind.Whole) { Least = 1, DefaultFrom = other };

    /// <summary>A switch, 0 or 1.</summary>
    public static AttributeDefinition Flag(string name, int fallback = 0) =>
        new(name, AttributeKind.Whole) { Least = 0, Most = 1, Default = fallback };

    public static AttributeDefinition Float(string name, float? fallback = null) =>
        new(name, AttributeKind.Number) { IsRequired = fallback is null, Default = fallback };

    public static AttributeDefinition OptionalFloat(string name) => new(name, AttributeKind.Number);

    /// <summary>An optional number above 0.</summary>
    public static AttributeDefinition OptionalScale(string name) => new(name, AttributeKind.Number) { IsPositive = true };

    /// <summary>One of these names; required unless there is a fallback.</summary>
    public static AttributeDefinition Choice(string name, IReadOnlyList<string> choices, string? fallback = null) =>
        new(name, AttributeKind.Choice) { Choices = choices, IsRequired = fallback is null, Default = fallback };

    /// <summary>One of an enumeration's names, which are not ONNX's and so written in lower case.</summary>
    public static AttributeDefinition LowerChoice<TEnum>(string name, string? fallback = null)
        where TEnum : struct, Enum =>
        Choice(name, [.. Enum.GetNames<TEnum>().Select(choice => choice.ToLowerInvariant())], fallback) with { AnyCase = true };

    /// <summary>A list of as many whole numbers as the shape beside it has dimensions.</summary>
    public static AttributeDefinition Strides(string name, int least = int.MinValue) =>
        new(name, AttributeKind.Wholes) { Least = least, IsRequired = true };

    public static AttributeDefinition Shape(string name, int? rank = null) =>
        new(name, AttributeKind.Wholes) { Least = 1, Count = rank, IsShape = true, IsRequired = true };

    /// <summary>The list may be absent: then it is this.</summary>
    public static AttributeDefinition Or(this AttributeDefinition list, params int[] fallback) =>
        list with { IsRequired = false, Default = fallback };

    public static AttributeDefinition Ints(string name, int least, params int[] fallback) =>
        new(name, AttributeKind.Wholes) { Least = least, Count = fallback.Length, Default = fallback };

    private static OperandDefinition Typed(OperandDefinition operand, ElementType[] types) =>
        types.Length > 0 ? operand with { Types = types } : operand;
}
