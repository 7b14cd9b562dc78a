namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>The value of an integer scalar or vector, element by element known, equal to a named dimension, or unknown.</summary>
public sealed record ShapeValue(IReadOnlyList<OnnxDimension> Elements, bool IsScalar)
{
    public bool IsKnown => Elements.All(element => element.Size.HasValue);

    public OnnxTensor ToTensor(OnnxElementType elementType)
    {
        var values = OnnxTensor.Vector([.. Elements.Select(element => element.Size!.Value)]).Cast(elementType);
        return IsScalar ? values.Reshaped() : values;
    }

    public override string ToString() => IsScalar ? Elements[0].ToString() : $"[{string.Join(", ", Elements)}]";
}
