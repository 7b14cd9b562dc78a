namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>An activation as ONNX's recurrent ops name it.</summary>
internal sealed record Activation(string Name, float? Alpha = null, float? Beta = null)
{
    public static readonly Activation Sigmoid = new("Sigmoid");
}

/// <summary>An activation of a sum of matrix products.</summary>
internal sealed record Gate(AffineForm Form, Activation Activation);
