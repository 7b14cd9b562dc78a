namespace EdgeSeq.Quantize.Quantization;

/// <summary>What the user may say about the quantisation.</summary>
internal sealed record QuantizerOptions
{
    /// <summary>ONNX nodes whose weights and keys and values stay float.</summary>
    public IReadOnlyCollection<string> FloatNodes { get; init; } = [];

    /// <summary>With recordings: raise the precision of nodes until every output stands so many decibels above its quantisation error on
    /// them. Null: leave every node int8.</summary>
    public double? MinSqnrDb { get; init; }
}
