using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>Degree 7 over 6: absolute error 1.5e-6, of the sigmoid 7.4e-7. For int8 steps, whose activations are rounded to 1/127 of
/// their largest: two multiply-adds fewer than <see cref="FineTanh"/>.</summary>
internal readonly struct CoarseTanh : ITanhRational
{
    private const float P3 = 3.79462836e-6f;
    private const float P2 = 0.00224791071f;
    private const float P1 = 0.122693539f;
    private const float P0 = 0.999994457f;
    private const float Q3 = 0.000139211625f;
    private const float Q2 = 0.020935962f;
    private const float Q1 = 0.456008136f;
    private const float Q0 = 1.0f;

    public static float Bound => 7.25f;

    public static ReadOnlySpan<float> Coefficients => [P3, P2, P1, P0, Q3, Q2, Q1, Q0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Numerator<T>(T x, T u)
        where T : struct, ILanes<T>
    {
        var p = T.Fma(u, T.Create(P3), T.Create(P2));
        p = T.Fma(p, u, T.Create(P1));
        return T.Fma(p, u, T.Create(P0)) * x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Denominator<T>(T u)
        where T : struct, ILanes<T>
    {
        var p = T.Fma(u, T.Create(Q3), T.Create(Q2));
        p = T.Fma(p, u, T.Create(Q1));
        return T.Fma(p, u, T.Create(Q0));
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
