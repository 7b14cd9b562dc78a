namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>The rarer functions of one float, computed in double precision with plain operations (so equal everywhere) to
/// about 1 ulp of float over all finite arguments. NaN and infinities follow IEEE 754.</summary>
internal static class PreciseMath
{
    private const double HalfPi = 1.5707963267948966;
    private const double Ln2 = 0.6931471805599453;

    /// <summary>Beyond this e^x is outside the range of float in either direction, and far inside that of double.</summary>
    private const double ExpBound = 200;

    /// <summary>Arguments up to here are reduced in double; beyond, with the bits of 2/π.</summary>
    private const float ReductionBound = 65536f;

    // 2/π as a binary fraction, 64 bits a word, most significant first.
    private static ReadOnlySpan<ulong> TwoOverPi =>
    [
        0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041, 0xFE5163ABDEBBC561,
    ];

    public static float Sin(float x) => float.IsFinite(x) ? (float)Quadrant(x, 0) : float.NaN;

    public static float Cos(float x) => float.IsFinite(x) ? (float)Quadrant(x, 1) : float.NaN;

    public static float Tan(float x) => float.IsFinite(x) ? (float)(Quadrant(x, 0) / Quadrant(x, 1)) : float.NaN;

    public static float Asin(float x) => Math.Abs(x) <= 1f ? (float)Atan2(x, Math.Sqrt((1 - (double)x) * (1 + (double)x))) : float.NaN;

    public static float Acos(float x) => Math.Abs(x) <= 1f ? (float)(2 * Atan2(Math.Sqrt(1 - (double)x), Math.Sqrt(1 + (double)x)))
        : float.NaN;

    public static float Atan(float x) => float.IsNaN(x) ? x : float.IsInfinity(x) ? (float)(x > 0 ? HalfPi : -HalfPi) : (float)Atan2(x, 1);

    public static float Sinh(float x)
    {
        if (!float.IsFinite(x) || x == 0f)
            return x;
        if (Math.Abs(x) >= 1f)
            return (float)((Exp(x) - Exp(-x)) * 0.5);
        var u = (double)x * x;
        return (float)(x * (1 + u / 6 * (1 + u / 20 * (1 + u / 42 * (1 + u / 72 * (1 + u / 110))))));
    }

    public static float Cosh(float x) => float.IsNaN(x) ? x : (float)((Exp(x) + Exp(-x)) * 0.5);

    public static float Asinh(float x)
    {
        if (!float.IsFinite(x) || x == 0f)
            return x;
        var a = Math.Abs((double)x);
        var y = Log1p(a + a * a / (1 + Math.Sqrt(1 + a * a)));
        return (float)(x < 0 ? -y : y);
    }

    public static float Acosh(float x)
    {
        if (!(x >= 1f) || float.IsPositiveInfinity(x))
            return x >= 1f ? x : float.NaN;
        var t = (double)x - 1;
        return (float)Log1p(t + Math.Sqrt(t * (t + 2)));
    }

    public static float Atanh(float x)
    {
        if (!(Math.Abs(x) < 1f))
            return x == 1f ? float.PositiveInfinity : x == -1f ? float.NegativeInfinity : float.NaN;
        if (x == 0f)
            return x;
        return (float)(0.5 * Log1p(2 * (double)x / (1 - (double)x)));
    }

    public static float Pow(float x, float y)
    {
        if (y == 2f)
            return x * x;
        if (y == 0f || x == 1f)
            return 1f;
        if (float.IsNaN(x) || float.IsNaN(y))
            return float.NaN;
        var isInteger = Math.Abs(y) >= 16777216f || MathF.Floor(y) == y;
        var isOdd = isInteger && Math.Abs(y) < 16777216f && ((int)y & 1) != 0;
        var magnitude = PowMagnitude(Math.Abs(x), y);
        if (!float.IsNegative(x))
            return magnitude;
        if (isOdd)
            return -magnitude;
        return isInteger || x == 0f || float.IsInfinity(x) || float.IsInfinity(y) ? magnitude : float.NaN;
    }

    /// <summary>Remainder with the divisor's sign.</summary>
    public static float Mod(float x, float y)
    {
        var r = x % y;
        return r != 0f && (r < 0f) != (y < 0f) ? r + y : r;
    }

    /// <summary>Remainder with the dividend's sign; exact.</summary>
    public static float FMod(float x, float y) => x % y;

    private static float PowMagnitude(float x, float y)
    {
        if (x == 0f || float.IsInfinity(x))
            return (x == 0f) == (y > 0f) ? 0f : float.PositiveInfinity;
        if (float.IsInfinity(y))
            return x == 1f ? 1f : (x > 1f) == (y > 0f) ? float.PositiveInfinity : 0f;
        return (float)Exp(y * Log(x));
    }

    private static double Exp(double x)
    {
        x = x > ExpBound ? ExpBound : x < -ExpBound ? -ExpBound : x;
        var n = Math.Floor(x / Ln2 + 0.5);
        var r = x - n * 0.693147180369123816490 - n * 1.90821492927058770002e-10;
        var p = 1.0;
        for (var k = 13; k >= 1; k--)
            p = 1 + p * r / k;
        return p * BitConverter.Int64BitsToDouble(((long)n + 1023) << 52);
    }

    /// <summary>Of a positive normal double.</summary>
    private static double Log(double x)
    {
        const long SqrtHalfBits = 0x3FE6A09E667F3BCD;
        var bits = BitConverter.DoubleToInt64Bits(x);
        var n = (bits - SqrtHalfBits) >> 52;
        var m = BitConverter.Int64BitsToDouble(bits - (n << 52));
        var s = (m - 1) / (m + 1);
        var u = s * s;
        var p = 0.0;
        for (var k = 19; k >= 3; k -= 2)
            p = u * (1.0 / k + p);
        return n * Ln2 + 2 * s * (1 + p);
    }

    /// <summary>log(1 + x) for x &gt; -1, exact to relative rounding near 0: the error of 1 + x cancels in the ratio.</summary>
    private static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : Log(u) * (x / (u - 1));
    }

    /// <summary>The angle of (x, y) for x ≥ 0, not both zero.</summary>
    private static double Atan2(double y, double x)
    {
        const double TanEighthPi = 0.41421356237309503;
        var a = Math.Abs(y);
        var (z, start) = a > x / TanEighthPi ? (-x / a, HalfPi)
            : a > x * TanEighthPi ? ((a - x) / (a + x), HalfPi / 2)
            : (a / x, 0.0);
        var u = z * z;
        var p = 0.0;
        for (var k = 31; k >= 3; k -= 2)
            p = u * ((k % 4 == 1 ? 1.0 : -1.0) / k + p);
        var angle = start + (z + z * p);
        return y < 0 || (y == 0 && double.IsNegative(y)) ? -angle : angle;
    }

    /// <summary>sin(x + shift·π/2) of a finite x.</summary>
    private static double Quadrant(float x, int shift)
    {
        if (shift == 0 && Math.Abs(x) < 1e-4f)
            return x - (double)x * x * x / 6;
        var (quadrant, r) = Math.Abs(x) < ReductionBound ? ReduceSmall(x) : ReduceLarge(x);
        quadrant += shift;
        var u = r * r;
        var y = (quadrant & 1) == 0
            ? r * (1 - u / 6 * (1 - u / 20 * (1 - u / 42 * (1 - u / 72 * (1 - u / 110 * (1 - u / 156))))))
            : 1 - u / 2 * (1 - u / 12 * (1 - u / 30 * (1 - u / 56 * (1 - u / 90 * (1 - u / 132 * (1 - u / 182))))));
        return (quadrant & 2) == 0 ? y : -y;
    }

    private static (int Quadrant, double Remainder) ReduceSmall(float x)
    {
        // π/2 in two parts; the first has 33 bits, so that its product with n is exact.
        var n = Math.Floor(x / HalfPi + 0.5);
        return ((int)n, x - n * 1.57079632673412561417 - n * 6.07710050650619224932e-11);
    }

    /// <summary>x = mantissa·2^exponent. x·2/π matters modulo 4 only: in a fixed-point number of 2 + 126 bits the bits of
    /// 2^exponent·2/π above weight 2 drop out, and so do the carries of the product with the mantissa.</summary>
    private static (int Quadrant, double Remainder) ReduceLarge(float x)
    {
        var bits = BitConverter.SingleToInt32Bits(x);
        var mantissa = (uint)(bits & 0x7FFFFF | 0x800000);
        var exponent = ((bits >> 23) & 0xFF) - 150;
        var product = unchecked(mantissa * TwoOverPiBits(exponent - 2));
        var quadrant = (int)(uint)(product >> 126);
        var fraction = product << 2 >> 2;
        var remainder = (double)(ulong)(fraction >> 62) * 5.421010862427522e-20;
        if (remainder >= 0.5)
        {
            remainder -= 1;
            quadrant++;
        }
        remainder *= HalfPi;
        return x < 0 ? (-quadrant, -remainder) : (quadrant, remainder);
    }

    /// <summary>128 bits of 2/π from bit <paramref name="skip"/> after the point; zeros stand before it.</summary>
    private static UInt128 TwoOverPiBits(int skip)
    {
        var window = UInt128.Zero;
        for (var bit = 0; bit < 128; bit++)
        {
            var at = skip + bit;
            var one = at >= 0 && (TwoOverPi[at >> 6] >> (63 - (at & 63)) & 1) != 0;
            window = (window << 1) | (one ? UInt128.One : UInt128.Zero);
        }
        return window;
    }
}
