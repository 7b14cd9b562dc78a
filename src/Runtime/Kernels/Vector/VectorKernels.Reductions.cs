using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    public override float Sum(ReadOnlySpan<float> x)
    {
        fixed (float* source = x)
            return Sum(source, x.Length);
    }

    public override float Max(ReadOnlySpan<float> x)
    {
        fixed (float* source = x)
            return Max(source, x.Length);
    }

    public override float Min(ReadOnlySpan<float> x)
    {
        fixed (float* source = x)
        {
            var smallest = TLanes.Create(float.PositiveInfinity);
            nint i = 0;
            for (; i <= x.Length - TLanes.Count; i += TLanes.Count)
                smallest = Smaller(TLanes.Load(source + i), smallest);
            if (i < x.Length)
                smallest = Smaller(TLanes.LoadFirst(source + i, x.Length - i, TLanes.Create(float.PositiveInfinity)), smallest);
            return -TLanes.Largest(TLanes.Negate(smallest));
        }
    }

    protected override float DotCore(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        fixed (float* left = a, right = b)
            return SixteenSums<TLanes>.Of(new Products(left, right), a.Length);
    }

    /// <summary>A few vectors at a time: each waits for its largest element and for its sum while the others are worked on.</summary>
    protected override void SoftmaxCore(ReadOnlySpan<float> x, Span<float> y, int count)
    {
        const int Together = 8;
        var found = stackalloc float[Together];
        fixed (float* source = x, target = y)
        {
            for (nint first = 0; first < x.Length; first += Together * count)
            {
                var from = source + first;
                var to = target + first;
                var vectors = Math.Min((x.Length - first) / count, Together);
                for (nint i = 0; i < vectors; i++)
                    found[i] = Max(from + i * count, count);
                for (nint i = 0; i < vectors; i++)
                    found[i] = 1f / SixteenSums<TLanes>.Of(new SoftmaxTerms(from + i * count, found[i], to + i * count), count);
                for (nint i = 0; i < vectors; i++)
                    Scale(to + i * count, count, found[i]);
            }
        }
    }

    protected override void LogSoftmaxCore(ReadOnlySpan<float> x, Span<float> y)
    {
        fixed (float* source = x, target = y)
        {
            Binary(BinaryFunction.Sub, x, [Max(source, x.Length)], y);
            var sum = SixteenSums<TLanes>.Of(new LogSoftmaxTerms(target), y.Length);
            Binary(BinaryFunction.Sub, y, [ElementMath.Log(new Lanes1(sum)).Value], y);
        }
    }

    protected override void LayerNormCore(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, float epsilon,
        Span<float> y)
    {
        fixed (float* source = x, target = y, scales = scale, biases = bias)
        {
            var mean = Sum(source, x.Length) / x.Length;
            var variance = SixteenSums<TLanes>.Of(new SquaresOfCentred(source, mean, target), x.Length) / x.Length;
            var inverse = TLanes.Create(1f / MathF.Sqrt(variance + epsilon));
            for (nint i = 0; i < x.Length; i += TLanes.Count)
            {
                var count = x.Length - i;
                var scaled = LoadUpTo(target + i, count) * inverse;
                var factor = scales == null ? TLanes.Create(1f) : LoadUpTo(scales + i, count);
                StoreUpTo(TLanes.Fma(scaled, factor, biases == null ? TLanes.Zero : LoadUpTo(biases + i, count)), target + i, count);
            }
        }
    }

    protected override void RmsNormCore(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, float epsilon, Span<float> y)
    {
        var inverse = TLanes.Create(1f / MathF.Sqrt(DotCore(x, x) / x.Length + epsilon));
        fixed (float* source = x, target = y, scales = scale)
        {
            for (nint i = 0; i < x.Length; i += TLanes.Count)
            {
                var count = x.Length - i;
                var factor = scales == null ? TLanes.Create(1f) : LoadUpTo(scales + i, count);
                StoreUpTo(LoadUpTo(source + i, count) * inverse * factor, target + i, count);
            }
        }
    }

    private static float Sum(float* x, nint length) => SixteenSums<TLanes>.Of(new Elements(x), length);

    private static float Max(float* x, nint length)
    {
        var largest = TLanes.Create(float.NegativeInfinity);
        nint i = 0;
        for (; i <= length - TLanes.Count; i += TLanes.Count)
            largest = Larger(TLanes.Load(x + i), largest);
        if (i < length)
            largest = Larger(TLanes.LoadFirst(x + i, length - i, TLanes.Create(float.NegativeInfinity)), largest);
        return TLanes.Largest(largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Larger(TLanes x, TLanes largest) => TLanes.Select(TLanes.Less(largest, x), x, largest);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Smaller(TLanes x, TLanes smallest) => TLanes.Select(TLanes.Less(x, smallest), x, smallest);

    private static void Scale(float* x, nint length, float factor)
    {
        var factors = TLanes.Create(factor);
        for (nint i = 0; i < length; i += TLanes.Count)
            StoreUpTo(LoadUpTo(x + i, length - i) * factors, x + i, length - i);
    }
}
