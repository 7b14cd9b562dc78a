using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>Elementary functions written once for every register width: polynomials and rationals with fused multiply-add in
/// a fixed order, no platform transcendentals. Absolute errors are given where results are of order 1.</summary>
internal static class ElementMath
{
    /// <summary>Adding 1.5·2²³ rounds a float of magnitude below 2²² to the nearest integer, ties to even; the sum's low
    /// bits are that integer.</summary>
    public const float RoundingMagic = 12582912f;

    private const float SmallestExponent = -87f;

    private const float Log2E = 1.44269504f;

    // ln 2 in two parts; the first has so few bits that its product with an exponent is exact.
    private const float Ln2High = 0.693145751953125f;
    private const float Ln2Low = 1.42860677e-6f;

    /// <summary>The larger; b where they are equal, a NaN where one is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Maximum<T>(T a, T b)
        where T : struct, ILanes<T>
        => T.Select(T.Less(b, a), a, T.Select(T.Equal(a, a), b, a));

    /// <summary>eˣ to about 1 ulp over the whole range, denormal results included; a NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : struct, ILanes<T>
    {
        var clamped = T.AtMost(T.AtLeast(x, T.Create(-104f)), T.Create(89f));
        var shifted = T.Fma(clamped, T.Create(Log2E), T.Create(RoundingMagic));
        var y = ExpOfRemainder(clamped, shifted - T.Create(RoundingMagic));

        // 2ⁿ in two factors: n reaches from -150 to 129, a float's exponent does not.
        var exponent = T.SubtractBits(shifted, T.Create(RoundingMagic));
        var half = T.ShiftRight(exponent, 1);
        y = y * PowerOfTwo(half) * PowerOfTwo(T.SubtractBits(exponent, half));
        return T.Select(T.Equal(x, x), y, x);
    }

    /// <summary>eˣ of an x ≤ 0 to about 1 ulp; 0 below -87 and for a NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpOfNonPositive<T>(T x)
        where T : struct, ILanes<T>
    {
        var clamped = T.AtLeast(x, T.Create(SmallestExponent));
        var shifted = T.Fma(clamped, T.Create(Log2E), T.Create(RoundingMagic));
        var n = shifted - T.Create(RoundingMagic);
        // From -87 up the exponent stays that of a normal number, so that n may be added to its bits.
        var y = T.AddBits(ExpOfRemainder(clamped, n), T.ShiftLeft(shifted, 23));
        return T.And(T.LessOrEqual(T.Create(SmallestExponent), x), y);
    }

    /// <summary>The exponentials of softmax, of x less the largest: as <see cref="ExpOfNonPositive"/>, and a NaN stays. Their products with
    /// what is below the smallest normal number would cost a processor many times as much.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SoftmaxExp<T>(T x)
        where T : struct, ILanes<T>
        => T.Select(T.Equal(x, x), ExpOfNonPositive(x), x);

    /// <summary>Natural logarithm to about 1 ulp; -∞ at zero, NaN below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log<T>(T x)
        where T : struct, ILanes<T>
    {
        const float SmallestNormal = 1.17549435e-38f;
        const int SqrtHalfBits = 0x3F3504F3;
        var denormal = T.Less(x, T.Create(SmallestNormal));
        var scaled = T.Select(denormal, x * T.Create(8388608f), x);
        var exponentBits = T.ShiftRight(T.SubtractBits(scaled, T.Create(BitConverter.Int32BitsToSingle(SqrtHalfBits))), 23);
        var exponent = T.ConvertBits(exponentBits) - T.And(denormal, T.Create(23f));
        var f = T.SubtractBits(scaled, T.ShiftLeft(exponentBits, 23)) - T.Create(1f);
        var p = T.Create(0.0697161147f);
        p = T.Fma(p, f, T.Create(-0.114797338f));
        p = T.Fma(p, f, T.Create(0.116854199f));
        p = T.Fma(p, f, T.Create(-0.124256873f));
        p = T.Fma(p, f, T.Create(0.142490576f));
        p = T.Fma(p, f, T.Create(-0.166678023f));
        p = T.Fma(p, f, T.Create(0.200007157f));
        p = T.Fma(p, f, T.Create(-0.249999970f));
        p = T.Fma(p, f, T.Create(0.333333312f));
        var square = f * f;
        var tail = T.Fma(p * f, square, exponent * T.Create(Ln2Low));
        tail = T.Fma(square, T.Create(-0.5f), tail);
        var y = T.Fma(exponent, T.Create(Ln2High), f + tail);
        y = T.Select(T.Less(x, T.Create(float.PositiveInfinity)), y, x);
        y = T.Select(T.LessOrEqual(x, T.Zero), T.Create(float.NegativeInfinity), y);
        return T.Select(T.Less(x, T.Zero), T.Create(float.NaN), y);
    }

    /// <summary>1/(1 + e⁻ˣ), absolute error below 3e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x)
        where T : struct, ILanes<T>
        => T.Create(1f) / (T.Create(1f) + Exp(T.Negate(x)));

    /// <summary>Absolute error 2.8e-7; a NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T x)
        where T : struct, ILanes<T>
        => T.Select(T.Equal(x, x), GateMath<FineTanh>.Tanh(x), x);

    /// <summary>Error function, absolute error 2.9e-7; a NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Erf<T>(T x)
        where T : struct, ILanes<T>
    {
        var clamped = T.AtMost(T.AtLeast(x, T.Create(-ErfRational.Highest)), T.Create(ErfRational.Highest));
        var u = clamped * clamped;
        var p = T.Create(ErfRational.P5);
        p = T.Fma(p, u, T.Create(ErfRational.P4));
        p = T.Fma(p, u, T.Create(ErfRational.P3));
        p = T.Fma(p, u, T.Create(ErfRational.P2));
        p = T.Fma(p, u, T.Create(ErfRational.P1));
        p = T.Fma(p, u, T.Create(ErfRational.P0));
        var q = T.Create(ErfRational.Q5);
        q = T.Fma(q, u, T.Create(ErfRational.Q4));
        q = T.Fma(q, u, T.Create(ErfRational.Q3));
        q = T.Fma(q, u, T.Create(ErfRational.Q2));
        q = T.Fma(q, u, T.Create(ErfRational.Q1));
        q = T.Fma(q, u, T.Create(ErfRational.Q0));
        return T.Select(T.Equal(x, x), clamped * p / q, x);
    }

    /// <summary>e to the power of x - n·ln 2, n the integer nearest to x/ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ExpOfRemainder<T>(T x, T n)
        where T : struct, ILanes<T>
    {
        var r = T.Fma(n, T.Create(-Ln2High), x);
        r = T.Fma(n, T.Create(-Ln2Low), r);
        var p = T.Create(0.00139262508f);
        p = T.Fma(p, r, T.Create(0.00836323288f));
        p = T.Fma(p, r, T.Create(0.0416665542f));
        p = T.Fma(p, r, T.Create(0.166665767f));
        p = T.Fma(p, r, T.Create(0.5f));
        return T.Fma(p, r * r, r) + T.Create(1f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T PowerOfTwo<T>(T exponent)
        where T : struct, ILanes<T>
        => T.ShiftLeft(T.AddBits(exponent, T.Create(BitConverter.Int32BitsToSingle(127))), 23);
}
