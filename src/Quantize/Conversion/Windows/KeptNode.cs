using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>A node that computes only the new columns of its results.</summary>
/// <param name="Result">Of each of its outputs.</param>
/// <param name="Reads">Columns that it takes of each input that has columns.</param>
/// <param name="Behind">Columns of these inputs, at their end, that it does not take.</param>
internal sealed record KeptNode(WindowColumns Result, int Reads, int Behind)
{
    /// <summary>What computes the new columns, where it is not the node as it stands.</summary>
    public OnnxNode? Rewritten { get; init; }

    /// <summary>The shape of its result, where it must be said (a Reshape).</summary>
    public long[]? Shape { get; init; }

    /// <summary>Nothing but the new columns is taken.</summary>
    public static KeptNode OfEachColumn(WindowColumns result) => new(result, result.Computed, 0);
}
