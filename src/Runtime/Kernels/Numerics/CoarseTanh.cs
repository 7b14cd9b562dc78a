using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>Degree 7 over 6: absolute error 1.5e-6, of the sigmoid 7.4e-7. For int8 steps, whose activations are rounded to 1/127 of
/// their largest: two multiply-adds fewer than <see cref="FineTanh"/>.</summary>
internal readonly struct CoarseTanh : ITanhRational
{
    public static float Bound => 7.25f;

    public static ReadOnlySpan<float> Coefficients =>
    [
        3.79462836e-6f, 0.00224791071f, 0.122693539f, 0.999994457f,
        0.000139211625f, 0.020935962f, 0.456008136f, 1.0f,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Numerator<T>(T x, T u)
        where T : struct, ILanes<T>
    {
        var p = T.Fma(u, T.Create(3.79462836e-6f), T.Create(0.00224791071f));
        p = T.Fma(p, u, T.Create(0.122693539f));
        return T.Fma(p, u, T.Create(0.999994457f)) * x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Denominator<T>(T u)
        where T : struct, ILanes<T>
    {
        var p = T.Fma(u, T.Create(0.000139211625f), T.Create(0.020935962f));
        p = T.Fma(p, u, T.Create(0.456008136f));
        return T.Fma(p, u, T.Create(1.0f));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T HalfNumerator<T>(T x, T u)
        where T : struct, ILanes<T>
    {
        var p = T.Fma(u, T.Create(2.9645534e-8f), T.Create(7.02472098e-5f));
        p = T.Fma(p, u, T.Create(0.0153366923f));
        return T.Fma(p, u, T.Create(0.499997228f)) * x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T HalfDenominator<T>(T u)
        where T : struct, ILanes<T>
    {
        var p = T.Fma(u, T.Create(2.17518163e-6f), T.Create(0.00130849762f));
        p = T.Fma(p, u, T.Create(0.114002034f));
        return T.Fma(p, u, T.Create(1.0f));
    }
}
