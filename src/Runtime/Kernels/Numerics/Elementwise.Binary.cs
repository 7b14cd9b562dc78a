using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Numerics;

internal static unsafe partial class Elementwise<TLanes>
{
    private interface IBinaryFunction
    {
        static abstract T Invoke<T>(T a, T b)
            where T : struct, ILanes<T>;
    }

    /// <summary>y[i] = function(a[i], b[i]); a or b may have one element, which then stands for all. y may be a or b.</summary>
    public static void Binary(BinaryFunction function, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        switch (function)
        {
            case BinaryFunction.Add: Map<Add>(a, b, y); break;
            case BinaryFunction.Sub: Map<Sub>(a, b, y); break;
            case BinaryFunction.Mul: Map<Mul>(a, b, y); break;
            case BinaryFunction.Div when b.Length == 1 && IsPowerOfTwo(b[0]): Map<Mul>(a, [1f / b[0]], y); break;
            case BinaryFunction.Div: Map<Div>(a, b, y); break;
            case BinaryFunction.Min: Map<Min>(a, b, y); break;
            case BinaryFunction.Max: Map<Max>(a, b, y); break;
            case BinaryFunction.PRelu: Map<PRelu>(a, b, y); break;
            case BinaryFunction.Pow: Map(&PreciseMath.Pow, a, b, y); break;
            case BinaryFunction.Mod: Map(&PreciseMath.Mod, a, b, y); break;
            case BinaryFunction.FMod: Map(&PreciseMath.FMod, a, b, y); break;
            default: throw new ArgumentOutOfRangeException(nameof(function), function, "Not an elementwise function of two operands.");
        }
    }

    /// <summary>Whether the product with 1/x, which is exact, has the bits of a division by x.</summary>
    private static bool IsPowerOfTwo(float x)
    {
        const int Mantissa = (1 << 23) - 1;
        return (BitConverter.SingleToInt32Bits(x) & Mantissa) == 0 && MathF.Abs(x) is >= 1f / (1L << 62) and <= 1L << 62;
    }

    private static void Map<TFunction>(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
        where TFunction : struct, IBinaryFunction
    {
        var aStep = a.Length == 1 ? 0 : 1;
        var bStep = b.Length == 1 ? 0 : 1;
        fixed (float* at = a, bt = b, yt = y)
        {
            var aAll = TLanes.Create(*at);
            var bAll = TLanes.Create(*bt);
            nint i = 0;
            for (; i <= y.Length - TLanes.Count; i += TLanes.Count)
                TLanes.Store(TFunction.Invoke(aStep == 0 ? aAll : TLanes.Load(at + i), bStep == 0 ? bAll : TLanes.Load(bt + i)), yt + i);
            if (i == y.Length)
                return;
            var rest = y.Length - i;
            TLanes.StoreFirst(
                TFunction.Invoke(
                    aStep == 0 ? aAll : TLanes.LoadFirst(at + i, rest, TLanes.Zero),
                    bStep == 0 ? bAll : TLanes.LoadFirst(bt + i, rest, TLanes.Zero)),
                yt + i, rest);
        }
    }

    private static void Map(delegate*<float, float, float> function, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        var aAll = a[0];
        var bAll = b[0];
        for (var i = 0; i < y.Length; i++)
            y[i] = function(a.Length == 1 ? aAll : a[i], b.Length == 1 ? bAll : b[i]);
    }

    private readonly struct Add : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T a, T b)
            where T : struct, ILanes<T>
            => a + b;
    }

    private readonly struct Sub : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T a, T b)
            where T : struct, ILanes<T>
            => a - b;
    }

    private readonly struct Mul : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T a, T b)
            where T : struct, ILanes<T>
            => a * b;
    }

    private readonly struct Div : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T a, T b)
            where T : struct, ILanes<T>
            => a / b;
    }

    private readonly struct Min : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T a, T b)
            where T : struct, ILanes<T>
            => T.Select(T.Less(a, b), a, T.Select(T.Equal(a, a), b, a));
    }

    private readonly struct Max : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T a, T b)
            where T : struct, ILanes<T>
            => ElementMath.Maximum(a, b);
    }

    private readonly struct PRelu : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T a, T b)
            where T : struct, ILanes<T>
            => T.Select(T.Less(a, T.Zero), a * b, a);
    }
}
