namespace EdgeSeq.Quantize.Onnx;

/// <summary>The value of one node attribute.</summary>
public abstract record OnnxAttribute
{
    private OnnxAttribute()
    {
    }

    public static implicit operator OnnxAttribute(long value) => new Int(value);

    public static implicit operator OnnxAttribute(float value) => new Float(value);

    public static implicit operator OnnxAttribute(string value) => new String(value);

    public static implicit operator OnnxAttribute(long[] values) => new Ints(values);

    public static implicit operator OnnxAttribute(float[] values) => new Floats(values);

    public static implicit operator OnnxAttribute(string[] values) => new Strings(values);

    public static implicit operator OnnxAttribute(OnnxTensor value) => new Tensor(value);

    public static implicit operator OnnxAttribute(OnnxGraph value) => new Graph(value);

    public sealed record Int(long Value) : OnnxAttribute;

    public sealed record Float(float Value) : OnnxAttribute;

    public sealed record String(string Value) : OnnxAttribute;

    public sealed record Ints(IReadOnlyList<long> Values) : OnnxAttribute;

    public sealed record Floats(IReadOnlyList<float> Values) : OnnxAttribute;

    public sealed record Strings(IReadOnlyList<string> Values) : OnnxAttribute;

    public sealed record Tensor(OnnxTensor Value) : OnnxAttribute;

    public sealed record Graph(OnnxGraph Value) : OnnxAttribute;
}
