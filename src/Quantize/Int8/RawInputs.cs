using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Definitions;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// Matrices that take a model's inputs as they come, in the units of sensors: their columns tell how large each element is, since a model
/// is trained until all of them matter. Elements of very different size do not fit one scale, neither do elements that stand far from
/// zero: the bias that takes their mean away tells of them.
/// </summary>
internal static class RawInputs
{
    /// <summary>Largest code of a column, below which little is left of it.</summary>
    private const int FewCodes = 2;

    /// <summary>A bias against which an error of half a code of what it takes away is no longer small.</summary>
    private const float LargeBias = 32;

    /// <summary>Why a node must not be int8 without recordings; null where nothing speaks against it.</summary>
    public static string? Objection(StepNode node, IReadOnlySet<StepValue> raw)
    {
        if (WeightSlot.Of(node) is not [var slot, ..] || node.InputScale is not null
            || node.Inputs[0] is not { } x || !raw.Contains(x.Root)
            || StoredIntegers.Of(node.Inputs[slot.Weights]!) is not null)
        {
            return null;
        }

        return LosesColumns(node.Inputs[slot.Weights]!)
            ? "the elements of the model's input are of very different size: some of its columns would round to nothing"
            : node.Inputs[slot.Bias] is { Data: float[] bias } && IsLarge(bias)
            ? "the model's input stands far from zero: its bias takes away what eight bits cannot hold"
            : null;
    }

    /// <summary>Whether a bias takes a mean away that is large beside what the input varies by.</summary>
    public static bool IsLarge(ReadOnlySpan<float> bias)
    {
        foreach (var value in bias)
        {
            if (Math.Abs(value) > LargeBias)
                return true;
        }

        return false;
    }

    /// <summary>The values that hold a model's inputs, or moved, scaled and shifted elements of them.</summary>
    public static HashSet<StepValue> Of(StepGraph graph)
    {
        var raw = graph.Inputs.Select(input => input.Value.Root).ToHashSet();
        foreach (var node in graph.Nodes.Where(Passes)
            .Where(node => node.Inputs.OfType<StepValue>().Any(value => raw.Contains(value.Root))))
        {
            raw.UnionWith(node.Outputs.OfType<StepValue>().Select(value => value.Root));
            raw.UnionWith(node.WrittenStates().Select(value => value.Root));
        }

        return raw;
    }

    private static bool Passes(StepNode node) => node.Definition.Traits.HasFlag(OpTraits.MovesElements)
        || node.Definition.Family is OpFamily.Stream or OpFamily.Movement;

    private static bool LosesColumns(StepValue weights)
    {
        var layout = weights.Layout!;
        int columns = layout.Columns, rows = layout.Groups * layout.Rows;
        var largest = new float[columns];
        var codes = new float[columns];
        for (var row = 0; row < rows; row++)
        {
            var source = weights.Floats.AsSpan(row * columns, columns);
            var scale = RowQuantizer.BestScale(source, []);
            for (var column = 0; column < columns && scale > 0; column++)
            {
                largest[column] = Math.Max(largest[column], Math.Abs(source[column]));
                codes[column] = Math.Max(codes[column], Math.Abs(source[column]) / scale);
            }
        }

        return Enumerable.Range(0, columns).Any(column => largest[column] > 0 && codes[column] < FewCodes);
    }
}
