using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>The gates of recurrent layers. All come from one rational approximation of tanh, so the gates of a unit share their
/// divisions. Every result is finite, whatever the pre-activations: clamps send a NaN to the low bound.</summary>
internal static class GateMath<TTanh>
    where TTanh : struct, ITanhRational
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Tanh<T>(T x)
        where T : struct, ILanes<T>
    {
        x = Clamp(x, TTanh.Bound);
        var u = x * x;
        return TTanh.Numerator(x, u) / TTanh.Denominator(u);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x)
        where T : struct, ILanes<T>
    {
        x = Clamp(x, 2f * TTanh.Bound);
        var u = x * x;
        return T.Fma(TTanh.HalfNumerator(x, u) / TTanh.HalfDenominator(u), T.Create(0.5f), T.Create(0.5f));
    }

    /// <summary>LSTM cell: sigmoid(f)·cell + sigmoid(i)·tanh(g).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LstmCell<T>(T i, T f, T g, T cell)
        where T : struct, ILanes<T>
    {
        cell = Clamp(cell, GateBounds.State);
        i = Clamp(i, 2f * TTanh.Bound);
        f = Clamp(f, 2f * TTanh.Bound);
        g = Clamp(g, TTanh.Bound);
        var iSquare = i * i;
        var fSquare = f * f;
        var gSquare = g * g;
        return LstmCell(
            TTanh.HalfNumerator(i, iSquare), TTanh.HalfDenominator(iSquare), TTanh.HalfNumerator(f, fSquare),
            TTanh.HalfDenominator(fSquare),
            TTanh.Numerator(g, gSquare), TTanh.Denominator(gSquare), cell);
    }

    /// <summary>The same from the fractions of the gates' tanh; the state is clamped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LstmCell<T>(T iNumerator, T iDenominator, T fNumerator, T fDenominator, T gNumerator, T gDenominator, T cell)
        where T : struct, ILanes<T>
    {
        var igDenominator = iDenominator * gDenominator;
        var kept = (fNumerator + fDenominator) * cell * igDenominator;
        var sum = T.Fma((iNumerator + iDenominator) * gNumerator, fDenominator, kept);
        return sum / (igDenominator * (fDenominator + fDenominator));
    }

    /// <summary>LSTM hidden state: sigmoid(o)·tanh(cell).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LstmHidden<T>(T o, T cell)
        where T : struct, ILanes<T>
    {
        o = Clamp(o, 2f * TTanh.Bound);
        cell = Clamp(cell, TTanh.Bound);
        var oSquare = o * o;
        var cellSquare = cell * cell;
        return LstmHidden(
            TTanh.HalfNumerator(o, oSquare), TTanh.HalfDenominator(oSquare), TTanh.Numerator(cell, cellSquare),
            TTanh.Denominator(cellSquare));
    }

    /// <summary>The same from the fractions of the gate's tanh and the cell's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LstmHidden<T>(T oNumerator, T oDenominator, T cellNumerator, T cellDenominator)
        where T : struct, ILanes<T>
        => (oNumerator + oDenominator) * cellNumerator / ((oDenominator + oDenominator) * cellDenominator);

    /// <summary>GRU hidden state, reset after the product: n = tanh(nInput + sigmoid(r)·nHidden), (1 - sigmoid(z))·n +
    /// sigmoid(z)·h.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GruHidden<T>(T z, T r, T nInput, T nHidden, T h)
        where T : struct, ILanes<T>
        => GruMix(z, T.Fma(Sigmoid(r), nHidden, nInput), h);

    /// <summary>(1 - sigmoid(z))·tanh(n) + sigmoid(z)·h.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GruMix<T>(T z, T n, T h)
        where T : struct, ILanes<T>
    {
        h = Clamp(h, GateBounds.State);
        z = Clamp(z, 2f * TTanh.Bound);
        n = Clamp(n, TTanh.Bound);
        var zSquare = z * z;
        var nSquare = n * n;
        return GruMix(
            TTanh.HalfNumerator(z, zSquare), TTanh.HalfDenominator(zSquare), TTanh.Numerator(n, nSquare), TTanh.Denominator(nSquare), h);
    }

    /// <summary>The same from the fractions of the gate's tanh and the candidate's; the state is clamped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GruMix<T>(T zNumerator, T zDenominator, T nNumerator, T nDenominator, T h)
        where T : struct, ILanes<T>
    {
        var kept = (zDenominator + zNumerator) * h * nDenominator;
        var sum = T.Fma(zDenominator - zNumerator, nNumerator, kept);
        return sum / ((zDenominator + zDenominator) * nDenominator);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ClampState<T>(T state)
        where T : struct, ILanes<T>
        => Clamp(state, GateBounds.State);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Clamp<T>(T x, float bound)
        where T : struct, ILanes<T>
        => T.AtMost(T.AtLeast(x, T.Create(-bound)), T.Create(bound));
}
