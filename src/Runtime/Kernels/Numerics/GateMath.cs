using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>The gates of recurrent layers. tanh(x) = P(x)/Q(x), a rational of degree 9 over 8 with absolute error 2.3e-7, and
/// sigmoid(2x) = (Q + P)/2Q from the same pair, error 2.0e-7; so the gates of a unit share their divisions.
/// Every result is finite, whatever the pre-activations: clamps send a NaN to the low bound.</summary>
internal static class GateMath
{
    /// <summary>Beyond this the rational stays at ±1, and P and Q at magnitudes whose products cannot overflow.</summary>
    private const float TanhBound = 8.4f;

    /// <summary>A cell state beyond this is cut, so that its product with the gates' denominators is finite.</summary>
    private const float CellBound = 1.1529215e18f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T x)
        where T : struct, ILanes<T>
    {
        x = ClampTanh(x);
        var u = x * x;
        return Numerator(x, u) / Denominator(u);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x)
        where T : struct, ILanes<T>
    {
        x = ClampTanh(x * T.Create(0.5f));
        var u = x * x;
        return T.Fma(Numerator(x, u) / Denominator(u), T.Create(0.5f), T.Create(0.5f));
    }

    /// <summary>LSTM cell: sigmoid(f)·cell + sigmoid(i)·tanh(g).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LstmCell<T>(T i, T f, T g, T cell)
        where T : struct, ILanes<T>
    {
        cell = T.AtMost(T.AtLeast(cell, T.Create(-CellBound)), T.Create(CellBound));
        i = ClampTanh(i * T.Create(0.5f));
        f = ClampTanh(f * T.Create(0.5f));
        g = ClampTanh(g);
        var iSquare = i * i;
        var fSquare = f * f;
        var gSquare = g * g;
        var iDenominator = Denominator(iSquare);
        var fDenominator = Denominator(fSquare);
        var gDenominator = Denominator(gSquare);
        var iNumerator = Numerator(i, iSquare) + iDenominator;
        var fNumerator = Numerator(f, fSquare) + fDenominator;
        var igDenominator = iDenominator * gDenominator;
        var kept = fNumerator * cell * igDenominator;
        var sum = T.Fma(iNumerator * Numerator(g, gSquare), fDenominator, kept);
        return sum / (igDenominator * (fDenominator + fDenominator));
    }

    /// <summary>LSTM hidden state: sigmoid(o)·tanh(cell).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LstmHidden<T>(T o, T cell)
        where T : struct, ILanes<T>
    {
        o = ClampTanh(o * T.Create(0.5f));
        cell = ClampTanh(cell);
        var oSquare = o * o;
        var cellSquare = cell * cell;
        var oDenominator = Denominator(oSquare);
        return (Numerator(o, oSquare) + oDenominator) * Numerator(cell, cellSquare)
            / ((oDenominator + oDenominator) * Denominator(cellSquare));
    }

    /// <summary>GRU hidden state, reset after the product: n = tanh(nInput + sigmoid(r)·nHidden), (1 - sigmoid(z))·n + sigmoid(z)·h.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GruHidden<T>(T z, T r, T nInput, T nHidden, T h)
        where T : struct, ILanes<T>
        => GruMix(z, T.Fma(Sigmoid(r), nHidden, nInput), h);

    /// <summary>(1 - sigmoid(z))·tanh(n) + sigmoid(z)·h.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GruMix<T>(T z, T n, T h)
        where T : struct, ILanes<T>
    {
        h = T.AtMost(T.AtLeast(h, T.Create(-CellBound)), T.Create(CellBound));
        z = ClampTanh(z * T.Create(0.5f));
        n = ClampTanh(n);
        var zSquare = z * z;
        var nSquare = n * n;
        var zDenominator = Denominator(zSquare);
        var zNumerator = Numerator(z, zSquare);
        var nDenominator = Denominator(nSquare);
        var kept = (zDenominator + zNumerator) * h * nDenominator;
        var sum = T.Fma(zDenominator - zNumerator, Numerator(n, nSquare), kept);
        return sum / ((zDenominator + zDenominator) * nDenominator);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ClampTanh<T>(T x)
        where T : struct, ILanes<T>
        => T.AtMost(T.AtLeast(x, T.Create(-TanhBound)), T.Create(TanhBound));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Numerator<T>(T x, T u)
        where T : struct, ILanes<T>
    {
        var p = T.Fma(u, T.Create(1.4287997868e-8f), T.Create(2.1251834725e-5f));
        p = T.Fma(p, u, T.Create(0.0035335620239f));
        p = T.Fma(p, u, T.Create(0.13412686678f));
        p = T.Fma(p, u, T.Create(0.99999995141f));
        return p * x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Denominator<T>(T u)
        where T : struct, ILanes<T>
    {
        var q = T.Fma(u, T.Create(8.1489440993e-7f), T.Create(0.0003348460567f));
        q = T.Fma(q, u, T.Create(0.026020463224f));
        q = T.Fma(q, u, T.Create(0.46746000294f));
        return T.Fma(q, u, T.Create(1f));
    }
}
