using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>Degree 9 over 8: absolute error 2.8e-7, of the sigmoid 1.7e-7. For float32 programs.</summary>
internal readonly struct FineTanh : ITanhRational
{
    public static float Bound => 8.4f;

    public static ReadOnlySpan<float> Coefficients =>
    [
        1.42879975e-8f, 2.12518353e-5f, 0.00353356195f, 0.134126872f, 0.99999994f,
        8.14894406e-7f, 0.00033484606f, 0.0260204636f, 0.467460006f, 1.0f,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Numerator<T>(T x, T u)
        where T : struct, ILanes<T>
    {
        var p = T.Fma(u, T.Create(1.42879975e-8f), T.Create(2.12518353e-5f));
        p = T.Fma(p, u, T.Create(0.00353356195f));
        p = T.Fma(p, u, T.Create(0.134126872f));
        return T.Fma(p, u, T.Create(0.99999994f)) * x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Denominator<T>(T u)
        where T : struct, ILanes<T>
    {
        var p = T.Fma(u, T.Create(8.14894406e-7f), T.Create(0.00033484606f));
        p = T.Fma(p, u, T.Create(0.0260204636f));
        p = T.Fma(p, u, T.Create(0.467460006f));
        return T.Fma(p, u, T.Create(1.0f));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T HalfNumerator<T>(T x, T u)
        where T : struct, ILanes<T>
    {
        var p = T.Fma(u, T.Create(2.7906245e-11f), T.Create(1.66029963e-7f));
        p = T.Fma(p, u, T.Create(0.000110423811f));
        p = T.Fma(p, u, T.Create(0.016765859f));
        return T.Fma(p, u, T.Create(0.49999997f)) * x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T HalfDenominator<T>(T u)
        where T : struct, ILanes<T>
    {
        var p = T.Fma(u, T.Create(3.18318127e-9f), T.Create(5.23196968e-6f));
        p = T.Fma(p, u, T.Create(0.00162627897f));
        p = T.Fma(p, u, T.Create(0.116865002f));
        return T.Fma(p, u, T.Create(1.0f));
    }
}
