using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Lanes lie along channels.</summary>
internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    private interface IPoolReduction
    {
        static abstract TLanes Start { get; }

        static abstract TLanes Term(TLanes x);

        static abstract TLanes Join(TLanes a, TLanes b);
    }

    protected override void PoolCore(PoolReduction reduction, ReadOnlySpan<float> x, ReadOnlySpan<int> taps, int columnTaps, int step,
        int channels, Span<float> y)
    {
        fixed (float* source = x, target = y)
        fixed (int* places = taps)
        {
            var windows = new PoolWindows(source, places, taps.Length, columnTaps, step);
            switch (reduction)
            {
                case PoolReduction.Max: Pool<Largest>(windows, channels, target, y.Length); break;
                case PoolReduction.Sum: Pool<Sums>(windows, channels, target, y.Length); break;
                case PoolReduction.SumOfMagnitudes: Pool<SumsOfMagnitudes>(windows, channels, target, y.Length); break;
                default: Pool<SumsOfSquares>(windows, channels, target, y.Length); break;
            }
        }
    }

    private static void Pool<TReduction>(in PoolWindows x, nint channels, float* y, nint length)
        where TReduction : struct, IPoolReduction
    {
        nint at = 0;
        for (nint position = 0; position < length; position += channels, at += x.Step)
        {
            nint channel = 0;
            for (; channel <= channels - TLanes.Count; channel += TLanes.Count)
                TLanes.Store(Pooled<TReduction>(x, at + channel, TLanes.Count), y + position + channel);
            if (channel < channels)
                TLanes.StoreFirst(Pooled<TReduction>(x, at + channel, channels - channel), y + position + channel, channels - channel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Pooled<TReduction>(in PoolWindows x, nint at, nint channels)
        where TReduction : struct, IPoolReduction
    {
        var result = TReduction.Start;
        for (nint tap = 0; tap < x.Count;)
        {
            var one = TReduction.Term(LoadUpTo(x.Tap(tap) + at, channels));
            for (var end = tap++ + x.ColumnTaps; tap < end; tap++)
                one = TReduction.Join(one, TReduction.Term(LoadUpTo(x.Tap(tap) + at, channels)));
            result = TReduction.Join(result, one);
        }

        return result;
    }

    private readonly struct PoolWindows(float* x, int* taps, nint count, nint columnTaps, nint step)
    {
        public readonly nint Count = count;

        public readonly nint ColumnTaps = columnTaps;

        public readonly nint Step = step;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* Tap(nint tap) => x + taps[tap];
    }

    private readonly struct Largest : IPoolReduction
    {
        public static TLanes Start => TLanes.Create(float.NegativeInfinity);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Term(TLanes x) => x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Join(TLanes a, TLanes b) => ElementMath.Maximum(a, b);
    }

    private readonly struct Sums : IPoolReduction
    {
        public static TLanes Start => TLanes.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Term(TLanes x) => x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Join(TLanes a, TLanes b) => a + b;
    }

    private readonly struct SumsOfMagnitudes : IPoolReduction
    {
        public static TLanes Start => TLanes.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Term(TLanes x) => TLanes.Abs(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Join(TLanes a, TLanes b) => a + b;
    }

    private readonly struct SumsOfSquares : IPoolReduction
    {
        public static TLanes Start => TLanes.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Term(TLanes x) => x * x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Join(TLanes a, TLanes b) => a + b;
    }
}
