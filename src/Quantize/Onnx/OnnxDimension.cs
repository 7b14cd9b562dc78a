namespace EdgeSeq.Quantize.Onnx;

/// <summary>One dimension: a fixed size, a named one (the same name is the same size within a graph), or, with neither, unknown.</summary>
public readonly record struct OnnxDimension(long? Size, string? Symbol = null)
{
    public static readonly OnnxDimension Unknown = new(null);

    public static implicit operator OnnxDimension(long size) => new(size);

    public static implicit operator OnnxDimension(string symbol) => new(null, symbol);

    public override string ToString() => Size?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? Symbol ?? "?";
}
