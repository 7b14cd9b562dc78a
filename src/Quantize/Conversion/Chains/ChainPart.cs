namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>A model or block of a chain.</summary>
/// <param name="Name">By which links call it.</param>
/// <param name="Source">The path of an ONNX file, or a block such as <c>fourier(512)</c>.</param>
public sealed record ChainPart(string Name, string Source)
{
    /// <summary>An ONNX file rather than a block.</summary>
    public bool IsModel => Source.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);
}
