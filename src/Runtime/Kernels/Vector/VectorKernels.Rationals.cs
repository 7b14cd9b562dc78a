using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

// Functions that are one rational, for lanes in four registers side by side.
internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    private interface IRationalFunction
    {
        /// <summary>What the rational is of.</summary>
        static abstract TLanes Argument(TLanes x);

        static abstract TLanes Result(TLanes x, TLanes rational);
    }

    /// <summary>Whether the function is one of those here; then y is done.</summary>
    private static bool UnaryByRational(UnaryFunction function, ReadOnlySpan<float> x, Span<float> y)
    {
        switch (function)
        {
            case UnaryFunction.Tanh: Map<Itself, FineTanh>(x, y); return true;
            case UnaryFunction.Erf: Map<Itself, ErfRational>(x, y); return true;
            case UnaryFunction.Gelu: Map<Gelu, ErfRational>(x, y); return true;
            case UnaryFunction.GeluTanh: Map<GeluTanh, FineTanh>(x, y); return true;
            default: return false;
        }
    }

    private static void Map<TFunction, TRational>(ReadOnlySpan<float> x, Span<float> y)
        where TFunction : struct, IRationalFunction
        where TRational : struct, IOddRational
    {
        var rest = stackalloc float[TileRows];
        var whole = x.Length & ~(TileRows - 1);
        fixed (float* source = x, target = y)
        {
            MapWhole<TFunction, TRational>(source, target, whole, RationalRows<TRational>.Whole);
            if (whole == x.Length)
                return;
            Copy(source + whole, rest, x.Length - whole);
            MapWhole<TFunction, TRational>(rest, rest, TileRows, RationalRows<TRational>.Whole);
            Copy(rest, target + whole, x.Length - whole);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MapWhole<TFunction, TRational>(float* x, float* y, nint length, float* rows)
        where TFunction : struct, IRationalFunction
        where TRational : struct, IOddRational
    {
        FirstRows(rows, out var low, out var high, out var pFirst, out var qFirst);
        for (nint i = 0; i < length; i += TLanes.Count)
        {
            var argument = TFunction.Argument(TLanes.Load(x + i));
            Split<TRational>(argument, low, high, pFirst, qFirst, rows, out var numerator, out var denominator);
            var rational = TLanes.Select(TLanes.Equal(argument, argument), numerator / denominator, argument);
            TLanes.Store(TFunction.Result(TLanes.Load(x + i), rational), y + i);
        }
    }

    /// <summary>What every turn of a loop needs and no multiply-add overwrites.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FirstRows(float* rows, out TLanes low, out TLanes high, out TLanes pFirst, out TLanes qFirst)
    {
        low = TLanes.Create(rows[0]);
        high = TLanes.Create(rows[TileRows]);
        pFirst = TLanes.Create(rows[2 * TileRows]);
        qFirst = TLanes.Create(rows[3 * TileRows]);
    }

    /// <summary>Both polynomials side by side, so that one's multiply-adds hide the other's waits.</summary>
    /// <param name="low">With the next three: <see cref="FirstRows"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split<TRational>(
        TLanes x, TLanes low, TLanes high, TLanes pFirst, TLanes qFirst, float* rows, out TLanes numerator, out TLanes denominator)
        where TRational : struct, IOddRational
    {
        x = TLanes.AtMost(TLanes.AtLeast(x, low), high);
        var u = x * x;
        var p = TLanes.LoadRow(rows, 4);
        var q = TLanes.LoadRow(rows, 5);
        p = TLanes.Fma(u, pFirst, p);
        q = TLanes.Fma(u, qFirst, q);
        var pNext = TLanes.LoadRow(rows, 6);
        var qNext = TLanes.LoadRow(rows, 7);
        p = TLanes.Fma(p, u, pNext);
        q = TLanes.Fma(q, u, qNext);
        pNext = TLanes.LoadRow(rows, 8);
        qNext = TLanes.LoadRow(rows, 9);
        p = TLanes.Fma(p, u, pNext);
        q = TLanes.Fma(q, u, qNext);
        if (TRational.Coefficients.Length > 8)
        {
            pNext = TLanes.LoadRow(rows, 10);
            qNext = TLanes.LoadRow(rows, 11);
            p = TLanes.Fma(p, u, pNext);
            q = TLanes.Fma(q, u, qNext);
        }

        if (TRational.Coefficients.Length > 10)
        {
            pNext = TLanes.LoadRow(rows, 12);
            qNext = TLanes.LoadRow(rows, 13);
            p = TLanes.Fma(p, u, pNext);
            q = TLanes.Fma(q, u, qNext);
        }

        numerator = p * x;
        denominator = q;
    }

    private readonly struct Itself : IRationalFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Argument(TLanes x) => x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Result(TLanes x, TLanes rational) => rational;
    }

    private readonly struct Gelu : IRationalFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Argument(TLanes x) => x * TLanes.Create(0.70710678f);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Result(TLanes x, TLanes rational) => TLanes.Create(0.5f) * x * (TLanes.Create(1f) + rational);
    }

    private readonly struct GeluTanh : IRationalFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Argument(TLanes x) => TLanes.Create(0.79788456f) * TLanes.Fma(TLanes.Create(0.044715f) * x, x * x, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Result(TLanes x, TLanes rational) => TLanes.Create(0.5f) * x * (TLanes.Create(1f) + rational);
    }
}
