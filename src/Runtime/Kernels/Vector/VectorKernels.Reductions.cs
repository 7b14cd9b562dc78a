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
        var memory = stackalloc float[16];
        fixed (float* source = x)
        {
            var smallest = TLanes.Create(float.PositiveInfinity);
            nint i = 0;
            for (; i <= x.Length - TLanes.Count; i += TLanes.Count)
                smallest = Smaller(TLanes.Load(source + i), smallest);
            if (i < x.Length)
                smallest = Smaller(TLanes.LoadFirst(source + i, x.Length - i, TLanes.Create(float.PositiveInfinity)), smallest);
            return -Largest(TLanes.Negate(smallest), memory);
        }
    }

    protected override float DotCore(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var ends = stackalloc float[32];
        fixed (float* left = a, right = b)
        {
            var sums = default(SixteenSums<TLanes>);
            nint i = 0;
            for (; i <= a.Length - 16; i += 16)
                sums.Add(left + i, right + i);
            if (i < a.Length)
            {
                CopyEnd(left + i, a.Length - i, ends);
                CopyEnd(right + i, a.Length - i, ends + 16);
                sums.Add(ends, ends + 16);
            }

            return sums.Total(ends);
        }
    }

    protected override void SoftmaxCore(ReadOnlySpan<float> x, Span<float> y)
    {
        fixed (float* source = x, target = y)
        {
            Exponentials(source, target, x.Length, Max(source, x.Length));
            Scale(target, x.Length, 1f / Sum(target, x.Length));
        }
    }

    protected override void LogSoftmaxCore(ReadOnlySpan<float> x, Span<float> y)
    {
        fixed (float* source = x, target = y)
        {
            Binary(BinaryFunction.Sub, x, [Max(source, x.Length)], y);
            var exponentials = stackalloc float[16];
            var sums = default(SixteenSums<TLanes>);
            for (nint i = 0; i < y.Length; i += 16)
            {
                new Span<float>(exponentials, 16).Clear();
                Exponentials(target + i, exponentials, Math.Min(y.Length - i, 16), 0f);
                sums.Add(exponentials);
            }

            Binary(BinaryFunction.Sub, y, [ElementMath.Log(new Lanes1(sums.Total(exponentials))).Value], y);
        }
    }

    protected override void LayerNormCore(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, float epsilon, Span<float> y)
    {
        Binary(BinaryFunction.Sub, x, [Sum(x) / x.Length], y);
        var inverse = TLanes.Create(1f / MathF.Sqrt(DotCore(y, y) / x.Length + epsilon));
        fixed (float* target = y, scales = scale, biases = bias)
        {
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

    private static float Sum(float* x, nint length)
    {
        var end = stackalloc float[16];
        var sums = default(SixteenSums<TLanes>);
        nint i = 0;
        for (; i <= length - 16; i += 16)
            sums.Add(x + i);
        if (i < length)
        {
            CopyEnd(x + i, length - i, end);
            sums.Add(end);
        }

        return sums.Total(end);
    }

    /// <summary>Copies fewer than 16 elements and zeros behind them.</summary>
    private static void CopyEnd(float* source, nint count, float* sixteen)
    {
        for (nint i = 0; i < 16; i += TLanes.Count)
            TLanes.Store(i < count ? LoadUpTo(source + i, count - i) : TLanes.Zero, sixteen + i);
    }

    private static float Max(float* x, nint length)
    {
        var memory = stackalloc float[16];
        var largest = TLanes.Create(float.NegativeInfinity);
        nint i = 0;
        for (; i <= length - TLanes.Count; i += TLanes.Count)
            largest = Larger(TLanes.Load(x + i), largest);
        if (i < length)
            largest = Larger(TLanes.LoadFirst(x + i, length - i, TLanes.Create(float.NegativeInfinity)), largest);
        return Largest(largest, memory);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Larger(TLanes x, TLanes largest) => TLanes.Select(TLanes.Less(largest, x), x, largest);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Smaller(TLanes x, TLanes smallest) => TLanes.Select(TLanes.Less(x, smallest), x, smallest);

    /// <summary>y = exp(x - largest).</summary>
    private static void Exponentials(float* x, float* y, nint length, float largest)
    {
        var shift = TLanes.Create(largest);
        for (nint i = 0; i < length; i += TLanes.Count)
            StoreUpTo(ElementMath.Exp(LoadUpTo(x + i, length - i) - shift), y + i, length - i);
    }

    private static void Scale(float* x, nint length, float factor)
    {
        var factors = TLanes.Create(factor);
        for (nint i = 0; i < length; i += TLanes.Count)
            StoreUpTo(LoadUpTo(x + i, length - i) * factors, x + i, length - i);
    }
}
