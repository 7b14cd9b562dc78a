namespace EdgeSeq.Quantize.Onnx;

/// <summary>A named wire with its type. <see cref="Dims"/> is null when not even the rank is known.</summary>
public sealed record OnnxValue(string Name, OnnxElementType ElementType, IReadOnlyList<OnnxDimension>? Dims)
{
    public bool IsStatic => Dims is not null && Dims.All(dim => dim.Size.HasValue);

    /// <summary>The sizes, or null when one is not known.</summary>
    public long[]? StaticDims => IsStatic ? [.. Dims!.Select(dim => dim.Size!.Value)] : null;

    public override string ToString() => Dims is null ? $"{Name}: {ElementType}" : $"{Name}: {ElementType}[{string.Join(", ", Dims)}]";
}
