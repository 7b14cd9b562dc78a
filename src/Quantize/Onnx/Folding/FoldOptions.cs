namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>What is known about a model beyond its file.</summary>
public sealed record FoldOptions
{
    public static readonly FoldOptions None = new();

    /// <summary>
    /// Inputs that are constant, as text: one number, or a comma list that is broadcast to the input's shape. The inputs disappear.
    /// </summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>Sizes of named dimensions.</summary>
    public IReadOnlyDictionary<string, long> Dimensions { get; init; } = new Dictionary<string, long>();

    /// <summary>Full shapes of inputs; a named dimension then has that size everywhere.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes { get; init; } = new Dictionary<string, IReadOnlyList<long>>();
}
