using System.Text;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Tests.Definitions;

/// <summary>The tables of step ops in docs/file-format.md as they follow from the definitions.</summary>
internal static class OpPage
{
    /// <summary>Longer lists of names stand once, at the op whose functions they are.</summary>
    private const int MostChoices = 12;

    private static readonly Dictionary<OpFamily, string> Titles = new()
    {
        [OpFamily.Matrix] = "Matrix products",
        [OpFamily.Recurrent] = "Recurrent layers",
        [OpFamily.Convolution] = "Convolution and pooling",
        [OpFamily.Attention] = "Attention",
        [OpFamily.Normalization] = "Normalisation",
        [OpFamily.Stream] = "Streams",
        [OpFamily.Elementwise] = "Elementwise",
        [OpFamily.Movement] = "Data movement",
        [OpFamily.Reduction] = "Reductions",
    };

    public static string Text()
    {
        var page = new StringBuilder("\n");
        page.Append($"`y` may be the same value as an input only for {Names(op => op.Is(OpTraits.InPlace))}.\n");
        page.Append($"No step depends on the tick or on steps before but those of ops with a `[state]`, and of {Names(op => op.Is(OpTraits.CountsTicks))}.\n");
        foreach (var family in Enum.GetValues<OpFamily>())
        {
            page.Append($"\n### {Titles[family]}\n| Op | In → out | Attributes | Meaning |\n| --- | --- | --- | --- |\n");
            foreach (var op in OpDefinitions.All.Where(op => op.Family == family))
                page.Append($"| `{op.Name}` | {Operands(op)} | {string.Join(", ", op.Attributes.Select(Attribute))} | {op.Meaning} |\n");
        }

        return page.Append('\n').ToString();
    }

    private static string Names(Func<OpDefinition, bool> isMeant) =>
        string.Join(", ", OpDefinitions.All.Where(isMeant).Select(op => $"`{op.Name}`"));

    private static string Operands(OpDefinition op) =>
        $"{string.Join(", ", op.Inputs.Select(Operand))} → {string.Join(", ", op.Outputs.Select(Operand))}".Trim();

    private static string Operand(OperandDefinition operand)
    {
        var type = operand.Types is [ElementType.F32] or [ElementType.F32, ElementType.I8] ? ""
            : operand.Types.Count == Enum.GetValues<ElementType>().Length ? " (any)"
            : $" ({string.Join(", ", operand.Types)})";
        return $"{operand.Name}{(operand.IsOptional ? "?" : "")}{type}{(operand.Role == OperandRole.State ? " [state]" : "")}";
    }

    private static string Attribute(AttributeDefinition attribute) => attribute.Name + Default(attribute) + Range(attribute);

    private static string Default(AttributeDefinition attribute) => attribute switch
    {
        { IsRequired: true } => "",
        { DefaultFrom: { } other } => $"={other}",
        { Default: int[] list } => $"=[{string.Join(',', list)}]",
        { Default: string[] names } => $"=[{string.Join(", ", names)}]",
        { Default: { } value } => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"={value}"),
        _ => "?",
    };

    private static string Range(AttributeDefinition attribute) => attribute switch
    {
        { Kind: AttributeKind.Choice, Choices.Count: <= MostChoices } or { Name: "fn" } => $" ({string.Join(", ", attribute.Choices)})",
        { Kind: AttributeKind.Choice } => " (a function of `Unary`)",
        { Kind: AttributeKind.Choices } => " (functions of `Unary`, Affine, ScaledTanh)",
        { Kind: AttributeKind.Numbers, Count: { } count } => $" ({count})",
        { IsPositive: true } => " (above 0)",
        { Kind: not AttributeKind.Whole } or { Least: 0, Most: 1 } or { Least: 1, Most: int.MaxValue } => "",
        { Most: int.MaxValue } => $" (from {attribute.Least})",
        _ => $" ({attribute.Least} or {attribute.Most})",
    };
}
