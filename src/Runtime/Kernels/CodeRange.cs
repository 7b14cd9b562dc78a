namespace EdgeSeq.Runtime.Kernels;

/// <summary>The codes of a vector with a zero point: q = round-half-even(fma(x, <paramref name="Inverse"/>, <paramref name="ZeroPoint"/>)),
/// clamped to [-127, 127], stands for scale·(q - zero point). The 255 codes span the vector's own values and 0, and 0 has a code of its
/// own: elements that a function made 0 stay exact.</summary>
/// <param name="Scale">Step from code to code; 0: all elements are 0.</param>
/// <param name="Inverse">254 over what they span.</param>
/// <param name="ZeroPoint">The code of 0, a whole number from -127 to 127.</param>
internal readonly record struct CodeRange(float Scale, float Inverse, float ZeroPoint)
{
    /// <summary>From the least code to the largest.</summary>
    public const float Steps = 254f;

    private const float LeastCode = -127f;

    /// <summary>What is added to the product of a row's weights and codes, for each −Σ weights.</summary>
    public float Offset => ZeroPoint * Scale;

    /// <param name="least">The least finite element, at most 0.</param>
    /// <param name="largest">The largest, at least 0.</param>
    public static CodeRange Of(float least, float largest)
    {
        if (MathF.Max(-least, largest) < KernelSet.SmallestMagnitude)
            return default;
        // The difference of very large elements would be infinite. Two divisions, neither of which waits for the other.
        var span = MathF.Min(largest - least, float.MaxValue);
        float scale = span / Steps, inverse = Steps / span;
        return new CodeRange(scale, inverse, MathF.Round(MathF.Max(MathF.Min(LeastCode - least * inverse, -LeastCode), LeastCode)));
    }
}
