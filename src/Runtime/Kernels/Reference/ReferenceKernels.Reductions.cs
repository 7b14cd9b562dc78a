using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Reference;

internal sealed partial class ReferenceKernels
{
    public override float Sum(ReadOnlySpan<float> x)
    {
        Span<float> sums = stackalloc float[16];
        for (var i = 0; i < x.Length; i++)
            sums[i % 16] += x[i];
        return Tree(sums);
    }

    public override float Max(ReadOnlySpan<float> x)
    {
        var largest = float.NegativeInfinity;
        foreach (var value in x)
            largest = value > largest ? value : largest;
        return largest;
    }

    public override float Min(ReadOnlySpan<float> x)
    {
        var smallest = float.PositiveInfinity;
        foreach (var value in x)
            smallest = value < smallest ? value : smallest;
        return smallest;
    }

    protected override float DotCore(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Span<float> sums = stackalloc float[16];
        for (var i = 0; i < a.Length; i++)
            sums[i % 16] = MathF.FusedMultiplyAdd(a[i], b[i], sums[i % 16]);
        return Tree(sums);
    }

    protected override void SoftmaxCore(ReadOnlySpan<float> x, Span<float> y, int count)
    {
        for (var i = 0; i < x.Length; i += count)
            SoftmaxOf(x.Slice(i, count), y.Slice(i, count));
    }

    protected override void LogSoftmaxCore(ReadOnlySpan<float> x, Span<float> y)
    {
        var largest = Max(x);
        Span<float> sums = stackalloc float[16];
        for (var i = 0; i < x.Length; i++)
        {
            y[i] = x[i] - largest;
            sums[i % 16] += SoftmaxExp(y[i]);
        }

        var log = ElementMath.Log(new Lanes1(Tree(sums))).Value;
        for (var i = 0; i < x.Length; i++)
            y[i] -= log;
    }

    protected override void LayerNormCore(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, float epsilon,
        Span<float> y)
    {
        var mean = Sum(x) / x.Length;
        Span<float> sums = stackalloc float[16];
        for (var i = 0; i < x.Length; i++)
        {
            var centred = x[i] - mean;
            y[i] = centred;
            sums[i % 16] = MathF.FusedMultiplyAdd(centred, centred, sums[i % 16]);
        }

        var inverse = 1f / MathF.Sqrt(Tree(sums) / x.Length + epsilon);
        for (var i = 0; i < x.Length; i++)
            y[i] = MathF.FusedMultiplyAdd(y[i] * inverse, scale.IsEmpty ? 1f : scale[i], bias.IsEmpty ? 0f : bias[i]);
    }

    protected override void RmsNormCore(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, float epsilon, Span<float> y)
    {
        var inverse = 1f / MathF.Sqrt(SumOfSquares(x) / x.Length + epsilon);
        for (var i = 0; i < x.Length; i++)
            y[i] = x[i] * inverse * (scale.IsEmpty ? 1f : scale[i]);
    }

    /// <summary>Adds the upper half of the sums to the lower until one is left.</summary>
    private static float Tree(Span<float> sums)
    {
        for (var half = 8; half >= 1; half /= 2)
        {
            for (var i = 0; i < half; i++)
                sums[i] += sums[i + half];
        }

        return sums[0];
    }

    private static float SoftmaxExp(float x) => ElementMath.SoftmaxExp(new Lanes1(x)).Value;

    private void SoftmaxOf(ReadOnlySpan<float> x, Span<float> y)
    {
        var largest = Max(x);
        for (var i = 0; i < x.Length; i++)
            y[i] = SoftmaxExp(x[i] - largest);
        var inverse = 1f / Sum(y);
        for (var i = 0; i < x.Length; i++)
            y[i] *= inverse;
    }
}
