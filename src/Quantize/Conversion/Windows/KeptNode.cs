using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>A node that computes only some columns of its results, in one go: those at the window's begin that look beyond it, if they
/// are asked for, and the new ones at its end.</summary>
/// <param name="Result">Of each of its outputs.</param>
/// <param name="Begin">What it takes at the begin of each input that has columns.</param>
/// <param name="End">What it takes at their end.</param>
internal sealed record KeptNode(WindowColumns Result, ColumnRange Begin, ColumnRange End)
{
    /// <summary>What computes the columns, where it is not the node as it stands: told whether the begin is asked for.</summary>
    public Func<bool, OnnxNode>? Rewritten { get; init; }

    /// <summary>The shape of its result on whole windows, where it must be said (a Reshape).</summary>
    public int[]? Shape { get; init; }

    /// <summary>Columns between those of the begin and of the end that are of no use, as they were made of both.</summary>
    public int Between { get; init; }

    /// <summary>Columns that are of no use in front of those of the end, where the begin is not asked for.</summary>
    public int Before { get; init; }

    /// <summary>The result has no columns of its own: the node takes some of its inputs and ends what moves.</summary>
    public bool Ends => Result.Length == 0;

    /// <summary>Nothing but the columns that it gives is taken.</summary>
    public static KeptNode OfEachColumn(WindowColumns result) =>
        new(result, new ColumnRange(0, result.Head), new ColumnRange(0, result.End));
}
