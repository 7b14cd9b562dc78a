namespace EdgeSeq.Quantize.Quantization;

/// <summary>What the user may say about the quantisation.</summary>
internal sealed record QuantizerOptions
{
    /// <summary>ONNX nodes whose weights and keys and values stay float.</summary>
    public IReadOnlyCollection<string> FloatNodes { get; init; } = [];
}
