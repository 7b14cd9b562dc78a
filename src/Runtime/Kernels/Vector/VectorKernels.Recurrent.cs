using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;
using EdgeSeq.Runtime.Kernels.X64;

namespace EdgeSeq.Runtime.Kernels.Vector;

// A step goes by chunks of hidden units: the products of their gates, then their activations. New states may overwrite old ones
// because no product reads the old state: int8 steps have quantised it, float32 steps have copied it.
internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    /// <summary>Hidden units whose gates' sums lie on the stack together: enough to make calls rare, few enough to stay in the
    /// nearest cache.</summary>
    private const int UnitsPerChunk = 64;

    protected override void LstmStepS8Core(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h, float hScale,
        ReadOnlySpan<float> c, Span<float> hNext, Span<float> cNext, Span<byte> scratch)
    {
        const int Gates = 4;
        var sums = stackalloc int[2 * Gates * UnitsPerChunk];
        fixed (sbyte* wData = w.Data, rData = r.Data)
        fixed (float* wScale = w.Scale, rScale = r.Scale, wBias = w.Bias, rBias = r.Bias)
        fixed (float* xs = x, hs = h, cs = c, hTo = hNext, cTo = cNext)
        fixed (byte* prepared = scratch)
        {
            var qx = Prepare(xs, x.Length, xScale, prepared);
            var qh = Prepare(hs, h.Length, hScale, prepared + KernelScratch.VectorS8(x.Length));
            if (typeof(TDot) == typeof(Avx512Dot) && Avx512Lstm.Suits(qx) && Avx512Lstm.Suits(qh))
            {
                Avx512Lstm.Step(
                    new LayerProduct(wData, w.TileStride, wScale, wBias, &qx), new LayerProduct(rData, r.TileStride, rScale, rBias, &qh), cs, cTo, hTo, h.Length);
                return;
            }

            for (nint unit = 0; unit < h.Length; unit += UnitsPerChunk)
            {
                var tiles = Tiles(h.Length - unit) * Gates;
                var row = unit * Gates;
                TDot.Dot(wData + row / TileRows * w.TileStride, w.TileStride, tiles, qx, sums);
                TDot.Dot(rData + row / TileRows * r.TileStride, r.TileStride, tiles, qh, sums + Gates * UnitsPerChunk);
                var gates = new GateSumsS8(sums, sums + Gates * UnitsPerChunk, wScale + row, rScale + row,
                    At(wBias, row), At(rBias, row), qx.Scale, qh.Scale);
                LstmUnits<GateSumsS8, CoarseTanh>(gates, cs + unit, cTo + unit, hTo + unit, h.Length - unit);
            }
        }
    }

    protected override void LstmStepF32Core(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, ReadOnlySpan<float> c,
        Span<float> hNext, Span<float> cNext, Span<byte> scratch)
    {
        const int Gates = 4;
        var sums = stackalloc float[2 * Gates * UnitsPerChunk];
        fixed (float* wData = w.Data, rData = r.Data, wBias = w.Bias, rBias = r.Bias)
        fixed (float* xs = x, cs = c, hTo = hNext, cTo = cNext)
        fixed (byte* copy = scratch)
        {
            var hs = Copy(h, copy);
            for (nint unit = 0; unit < h.Length; unit += UnitsPerChunk)
            {
                var tiles = Tiles(h.Length - unit) * Gates;
                var row = unit * Gates;
                DotF32<TLanes>.Dot(wData + row / TileRows * w.TileStride, w.TileStride, tiles, xs, x.Length, sums);
                DotF32<TLanes>.Dot(rData + row / TileRows * r.TileStride, r.TileStride, tiles, hs, h.Length, sums + Gates * UnitsPerChunk);
                var gates = new GateSumsF32(sums, sums + Gates * UnitsPerChunk, At(wBias, row), At(rBias, row));
                LstmUnits<GateSumsF32, FineTanh>(gates, cs + unit, cTo + unit, hTo + unit, h.Length - unit);
            }
        }
    }

    protected override void GruStepS8Core(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h, float hScale,
        Span<float> hNext, Span<byte> scratch)
    {
        const int Gates = 3;
        var sums = stackalloc int[2 * Gates * UnitsPerChunk];
        fixed (sbyte* wData = w.Data, rData = r.Data)
        fixed (float* wScale = w.Scale, rScale = r.Scale, wBias = w.Bias, rBias = r.Bias)
        fixed (float* xs = x, hs = h, hTo = hNext)
        fixed (byte* prepared = scratch)
        {
            var qx = Prepare(xs, x.Length, xScale, prepared);
            var qh = Prepare(hs, h.Length, hScale, prepared + KernelScratch.VectorS8(x.Length));
            for (nint unit = 0; unit < h.Length; unit += UnitsPerChunk)
            {
                var tiles = Tiles(h.Length - unit) * Gates;
                var row = unit * Gates;
                TDot.Dot(wData + row / TileRows * w.TileStride, w.TileStride, tiles, qx, sums);
                TDot.Dot(rData + row / TileRows * r.TileStride, r.TileStride, tiles, qh, sums + Gates * UnitsPerChunk);
                var gates = new GateSumsS8(sums, sums + Gates * UnitsPerChunk, wScale + row, rScale + row,
                    At(wBias, row), At(rBias, row), qx.Scale, qh.Scale);
                GruUnits<GateSumsS8, CoarseTanh>(gates, hs + unit, hTo + unit, h.Length - unit);
            }
        }
    }

    protected override void GruStepF32Core(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> hNext, Span<byte> scratch)
    {
        const int Gates = 3;
        var sums = stackalloc float[2 * Gates * UnitsPerChunk];
        fixed (float* wData = w.Data, rData = r.Data, wBias = w.Bias, rBias = r.Bias)
        fixed (float* xs = x, hTo = hNext)
        fixed (byte* copy = scratch)
        {
            var hs = Copy(h, copy);
            for (nint unit = 0; unit < h.Length; unit += UnitsPerChunk)
            {
                var tiles = Tiles(h.Length - unit) * Gates;
                var row = unit * Gates;
                DotF32<TLanes>.Dot(wData + row / TileRows * w.TileStride, w.TileStride, tiles, xs, x.Length, sums);
                DotF32<TLanes>.Dot(rData + row / TileRows * r.TileStride, r.TileStride, tiles, hs, h.Length, sums + Gates * UnitsPerChunk);
                var gates = new GateSumsF32(sums, sums + Gates * UnitsPerChunk, At(wBias, row), At(rBias, row));
                GruUnits<GateSumsF32, FineTanh>(gates, hs + unit, hTo + unit, h.Length - unit);
            }
        }
    }

    protected internal override void GruResetCore(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> h, Span<float> y)
    {
        fixed (float* left = a, right = b, hs = h, to = y)
            for (nint i = 0; i < y.Length; i += TLanes.Count)
            {
                var count = y.Length - i;
                var gate = GateMath<FineTanh>.Sigmoid(LoadUpTo(left + i, count) + LoadUpTo(right + i, count));
                StoreUpTo(gate * LoadUpTo(hs + i, count), to + i, count);
            }
    }

    protected internal override void GruMixCore(ReadOnlySpan<float> z, ReadOnlySpan<float> n, ReadOnlySpan<float> h, Span<float> y)
    {
        fixed (float* update = z, candidate = n, hs = h, to = y)
            for (nint i = 0; i < y.Length; i += TLanes.Count)
            {
                var count = y.Length - i;
                StoreUpTo(GateMath<FineTanh>.GruMix(LoadUpTo(update + i, count), LoadUpTo(candidate + i, count), LoadUpTo(hs + i, count)), to + i, count);
            }
    }

    protected override void RnnStepS8Core(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h, float hScale,
        Span<float> hNext, Span<byte> scratch)
    {
        const int Gates = 1;
        var sums = stackalloc int[2 * Gates * UnitsPerChunk];
        fixed (sbyte* wData = w.Data, rData = r.Data)
        fixed (float* wScale = w.Scale, rScale = r.Scale, wBias = w.Bias, rBias = r.Bias)
        fixed (float* xs = x, hs = h, hTo = hNext)
        fixed (byte* prepared = scratch)
        {
            var qx = Prepare(xs, x.Length, xScale, prepared);
            var qh = Prepare(hs, h.Length, hScale, prepared + KernelScratch.VectorS8(x.Length));
            for (nint unit = 0; unit < h.Length; unit += UnitsPerChunk)
            {
                var tiles = Tiles(h.Length - unit) * Gates;
                var row = unit * Gates;
                TDot.Dot(wData + row / TileRows * w.TileStride, w.TileStride, tiles, qx, sums);
                TDot.Dot(rData + row / TileRows * r.TileStride, r.TileStride, tiles, qh, sums + Gates * UnitsPerChunk);
                var gates = new GateSumsS8(sums, sums + Gates * UnitsPerChunk, wScale + row, rScale + row,
                    At(wBias, row), At(rBias, row), qx.Scale, qh.Scale);
                RnnUnits<GateSumsS8, CoarseTanh>(gates, hTo + unit, h.Length - unit);
            }
        }
    }

    protected override void RnnStepF32Core(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> hNext, Span<byte> scratch)
    {
        const int Gates = 1;
        var sums = stackalloc float[2 * Gates * UnitsPerChunk];
        fixed (float* wData = w.Data, rData = r.Data, wBias = w.Bias, rBias = r.Bias)
        fixed (float* xs = x, hTo = hNext)
        fixed (byte* copy = scratch)
        {
            var hs = Copy(h, copy);
            for (nint unit = 0; unit < h.Length; unit += UnitsPerChunk)
            {
                var tiles = Tiles(h.Length - unit) * Gates;
                var row = unit * Gates;
                DotF32<TLanes>.Dot(wData + row / TileRows * w.TileStride, w.TileStride, tiles, xs, x.Length, sums);
                DotF32<TLanes>.Dot(rData + row / TileRows * r.TileStride, r.TileStride, tiles, hs, h.Length, sums + Gates * UnitsPerChunk);
                var gates = new GateSumsF32(sums, sums + Gates * UnitsPerChunk, At(wBias, row), At(rBias, row));
                RnnUnits<GateSumsF32, FineTanh>(gates, hTo + unit, h.Length - unit);
            }
        }
    }

    // The activations of a chunk's units are methods of their own: inlined into the steps, the steps took twice as long (measured;
    // the cause is presumably the compiler's inlining budget).

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LstmUnits<TSums, TTanh>(in TSums sums, float* c, float* cNext, float* hNext, nint units)
        where TSums : struct, IGateSums
        where TTanh : struct, ITanhRational
    {
        if (typeof(TLanes) == typeof(Lanes4x128))
        {
            LstmUnitsByFractions<TSums, TTanh>(sums, c, cNext, hNext, units);
            return;
        }

        var gates = sums;
        for (nint unit = 0; unit < units && unit < UnitsPerChunk; unit += TLanes.Count)
        {
            var at = unit / TileRows * (4 * TileRows) + unit % TileRows;
            var i = gates.Input(at) + gates.Hidden(at);
            var o = gates.Input(TileRows + at) + gates.Hidden(TileRows + at);
            var f = gates.Input(2 * TileRows + at) + gates.Hidden(2 * TileRows + at);
            var g = gates.Input(3 * TileRows + at) + gates.Hidden(3 * TileRows + at);
            var cell = GateMath<TTanh>.LstmCell(i, f, g, LoadUpTo(c + unit, units - unit));
            StoreUpTo(cell, cNext + unit, units - unit);
            StoreUpTo(GateMath<TTanh>.LstmHidden(o, cell), hNext + unit, units - unit);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void GruUnits<TSums, TTanh>(in TSums sums, float* h, float* hNext, nint units)
        where TSums : struct, IGateSums
        where TTanh : struct, ITanhRational
    {
        if (typeof(TLanes) == typeof(Lanes4x128))
        {
            GruUnitsByFractions<TSums, TTanh>(sums, h, hNext, units);
            return;
        }

        var gates = sums;
        for (nint unit = 0; unit < units && unit < UnitsPerChunk; unit += TLanes.Count)
        {
            var at = unit / TileRows * (3 * TileRows) + unit % TileRows;
            var z = gates.Input(at) + gates.Hidden(at);
            var r = gates.Input(TileRows + at) + gates.Hidden(TileRows + at);
            var next = GateMath<TTanh>.GruHidden(z, r, gates.Input(2 * TileRows + at), gates.Hidden(2 * TileRows + at), LoadUpTo(h + unit, units - unit));
            StoreUpTo(next, hNext + unit, units - unit);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RnnUnits<TSums, TTanh>(in TSums sums, float* hNext, nint units)
        where TSums : struct, IGateSums
        where TTanh : struct, ITanhRational
    {
        if (typeof(TLanes) == typeof(Lanes4x128))
        {
            RnnUnitsByFractions<TSums, TTanh>(sums, hNext, units);
            return;
        }

        var gates = sums;
        for (nint unit = 0; unit < units && unit < UnitsPerChunk; unit += TLanes.Count)
            StoreUpTo(GateMath<TTanh>.Tanh(gates.Input(unit) + gates.Hidden(unit)), hNext + unit, units - unit);
    }

    /// <summary>Tiles of a chunk of which so many units are left.</summary>
    private static nint Tiles(nint units) => (Math.Min(units, UnitsPerChunk) + TileRows - 1) / TileRows;

    private static float* At(float* bias, nint row) => bias == null ? null : bias + row;

    private static float* Copy(ReadOnlySpan<float> h, byte* scratch)
    {
        h.CopyTo(new Span<float>(scratch, h.Length));
        return (float*)scratch;
    }

    /// <summary>What a gate gets from the two matrices of a recurrent layer, at a row of the chunk.</summary>
    private interface IGateSums
    {
        TLanes Input(nint at);

        TLanes Hidden(nint at);

        /// <summary>Their sum, its statements in the order in which an in-order core should issue them.</summary>
        TLanes Both(nint at);
    }

    private readonly struct GateSumsS8(int* input, int* hidden, float* wScale, float* rScale, float* wBias, float* rBias, float xScale, float hScale)
        : IGateSums
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Input(nint at) =>
            TLanes.Fma(TLanes.LoadInt32(input + at), TLanes.Load(wScale + at) * TLanes.Create(xScale), Bias(wBias, at));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Hidden(nint at) =>
            TLanes.Fma(TLanes.LoadInt32(hidden + at), TLanes.Load(rScale + at) * TLanes.Create(hScale), Bias(rBias, at));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Both(nint at)
        {
            var wSum = Bias(wBias, at);
            var rSum = Bias(rBias, at);
            var wInts = (float*)input + at;
            var rInts = (float*)hidden + at;
            var wScales = wScale + at;
            var rScales = rScale + at;
            var wFactor = TLanes.Create(xScale);
            var rFactor = TLanes.Create(hScale);
            var wRowFactor = TLanes.Load(wScales);
            var rRowFactor = TLanes.Load(rScales);
            wFactor *= wRowFactor;
            rFactor *= rRowFactor;
            var w = TLanes.Load(wInts);
            var r = TLanes.Load(rInts);
            w = TLanes.ConvertBits(w);
            r = TLanes.ConvertBits(r);
            wSum = TLanes.Fma(w, wFactor, wSum);
            rSum = TLanes.Fma(r, rFactor, rSum);
            return wSum + rSum;
        }
    }

    private readonly struct GateSumsF32(float* input, float* hidden, float* wBias, float* rBias) : IGateSums
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Input(nint at) => TLanes.Load(input + at) + Bias(wBias, at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Hidden(nint at) => TLanes.Load(hidden + at) + Bias(rBias, at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Both(nint at) => Input(at) + Hidden(at);
    }
}
