using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

// A step goes tile by tile: the products of 16 hidden units' gates, then their activations, so that activations overlap with the
// next tile's products. New states may overwrite old ones because no product reads the old state: int8 steps have quantised it,
// float32 steps have copied it.
internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    protected override void LstmStepS8Core(MatrixS8 w, MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h, float hScale,
        ReadOnlySpan<float> c, Span<float> hNext, Span<float> cNext, Span<byte> scratch)
    {
        const int Gates = 4;
        var sums = stackalloc int[2 * Gates * TileRows];
        fixed (sbyte* wData = w.Data, rData = r.Data)
        fixed (float* wScale = w.Scale, rScale = r.Scale, wBias = w.Bias, rBias = r.Bias)
        fixed (float* xs = x, hs = h, cs = c, hTo = hNext, cTo = cNext)
        fixed (byte* prepared = scratch)
        {
            var qx = Prepare(xs, x.Length, xScale, prepared);
            var qh = Prepare(hs, h.Length, hScale, prepared + KernelScratch.VectorS8(x.Length));
            for (nint unit = 0; unit < h.Length; unit += TileRows)
            {
                var row = unit * Gates;
                TDot.Dot(wData + unit / TileRows * Gates * w.TileStride, w.TileStride, Gates, qx, sums);
                TDot.Dot(rData + unit / TileRows * Gates * r.TileStride, r.TileStride, Gates, qh, sums + Gates * TileRows);
                var gates = new GateSumsS8(sums, sums + Gates * TileRows, wScale + row, rScale + row,
                    wBias == null ? null : wBias + row, rBias == null ? null : rBias + row, qx.Scale, qh.Scale);
                LstmUnits(gates, cs + unit, cTo + unit, hTo + unit, h.Length - unit);
            }
        }
    }

    protected override void LstmStepF32Core(MatrixF32 w, MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, ReadOnlySpan<float> c,
        Span<float> hNext, Span<float> cNext, Span<byte> scratch)
    {
        const int Gates = 4;
        var sums = stackalloc float[2 * Gates * TileRows];
        fixed (float* wData = w.Data, rData = r.Data, wBias = w.Bias, rBias = r.Bias)
        fixed (float* xs = x, cs = c, hTo = hNext, cTo = cNext)
        fixed (byte* copy = scratch)
        {
            var hs = Copy(h, copy);
            for (nint unit = 0; unit < h.Length; unit += TileRows)
            {
                var row = unit * Gates;
                DotF32<TLanes>.Dot(wData + unit / TileRows * Gates * w.TileStride, w.TileStride, Gates, xs, x.Length, sums);
                DotF32<TLanes>.Dot(rData + unit / TileRows * Gates * r.TileStride, r.TileStride, Gates, hs, h.Length, sums + Gates * TileRows);
                var gates = new GateSumsF32(sums, sums + Gates * TileRows, wBias == null ? null : wBias + row, rBias == null ? null : rBias + row);
                LstmUnits(gates, cs + unit, cTo + unit, hTo + unit, h.Length - unit);
            }
        }
    }

    protected override void GruStepS8Core(MatrixS8 w, MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h, float hScale,
        Span<float> hNext, Span<byte> scratch)
    {
        const int Gates = 3;
        var sums = stackalloc int[2 * Gates * TileRows];
        fixed (sbyte* wData = w.Data, rData = r.Data)
        fixed (float* wScale = w.Scale, rScale = r.Scale, wBias = w.Bias, rBias = r.Bias)
        fixed (float* xs = x, hs = h, hTo = hNext)
        fixed (byte* prepared = scratch)
        {
            var qx = Prepare(xs, x.Length, xScale, prepared);
            var qh = Prepare(hs, h.Length, hScale, prepared + KernelScratch.VectorS8(x.Length));
            for (nint unit = 0; unit < h.Length; unit += TileRows)
            {
                var row = unit * Gates;
                TDot.Dot(wData + unit / TileRows * Gates * w.TileStride, w.TileStride, Gates, qx, sums);
                TDot.Dot(rData + unit / TileRows * Gates * r.TileStride, r.TileStride, Gates, qh, sums + Gates * TileRows);
                var gates = new GateSumsS8(sums, sums + Gates * TileRows, wScale + row, rScale + row,
                    wBias == null ? null : wBias + row, rBias == null ? null : rBias + row, qx.Scale, qh.Scale);
                GruUnits(gates, hs + unit, hTo + unit, h.Length - unit);
            }
        }
    }

    protected override void GruStepF32Core(MatrixF32 w, MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> hNext, Span<byte> scratch)
    {
        const int Gates = 3;
        var sums = stackalloc float[2 * Gates * TileRows];
        fixed (float* wData = w.Data, rData = r.Data, wBias = w.Bias, rBias = r.Bias)
        fixed (float* xs = x, hTo = hNext)
        fixed (byte* copy = scratch)
        {
            var hs = Copy(h, copy);
            for (nint unit = 0; unit < h.Length; unit += TileRows)
            {
                var row = unit * Gates;
                DotF32<TLanes>.Dot(wData + unit / TileRows * Gates * w.TileStride, w.TileStride, Gates, xs, x.Length, sums);
                DotF32<TLanes>.Dot(rData + unit / TileRows * Gates * r.TileStride, r.TileStride, Gates, hs, h.Length, sums + Gates * TileRows);
                var gates = new GateSumsF32(sums, sums + Gates * TileRows, wBias == null ? null : wBias + row, rBias == null ? null : rBias + row);
                GruUnits(gates, hs + unit, hTo + unit, h.Length - unit);
            }
        }
    }

    protected internal override void GruResetCore(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> h, Span<float> y)
    {
        fixed (float* left = a, right = b, hs = h, to = y)
            for (nint i = 0; i < y.Length; i += TLanes.Count)
            {
                var count = y.Length - i;
                var gate = GateMath.Sigmoid(LoadUpTo(left + i, count) + LoadUpTo(right + i, count));
                StoreUpTo(gate * LoadUpTo(hs + i, count), to + i, count);
            }
    }

    protected internal override void GruMixCore(ReadOnlySpan<float> z, ReadOnlySpan<float> n, ReadOnlySpan<float> h, Span<float> y)
    {
        fixed (float* update = z, candidate = n, hs = h, to = y)
            for (nint i = 0; i < y.Length; i += TLanes.Count)
            {
                var count = y.Length - i;
                StoreUpTo(GateMath.GruMix(LoadUpTo(update + i, count), LoadUpTo(candidate + i, count), LoadUpTo(hs + i, count)), to + i, count);
            }
    }

    protected override void RnnStepS8Core(MatrixS8 w, MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h, float hScale,
        Span<float> hNext, Span<byte> scratch)
    {
        var sums = stackalloc int[2 * TileRows];
        fixed (sbyte* wData = w.Data, rData = r.Data)
        fixed (float* wScale = w.Scale, rScale = r.Scale, wBias = w.Bias, rBias = r.Bias)
        fixed (float* xs = x, hs = h, hTo = hNext)
        fixed (byte* prepared = scratch)
        {
            var qx = Prepare(xs, x.Length, xScale, prepared);
            var qh = Prepare(hs, h.Length, hScale, prepared + KernelScratch.VectorS8(x.Length));
            for (nint unit = 0; unit < h.Length; unit += TileRows)
            {
                TDot.Dot(wData + unit / TileRows * w.TileStride, w.TileStride, 1, qx, sums);
                TDot.Dot(rData + unit / TileRows * r.TileStride, r.TileStride, 1, qh, sums + TileRows);
                var gates = new GateSumsS8(sums, sums + TileRows, wScale + unit, rScale + unit,
                    wBias == null ? null : wBias + unit, rBias == null ? null : rBias + unit, qx.Scale, qh.Scale);
                RnnUnits(gates, hTo + unit, h.Length - unit);
            }
        }
    }

    protected override void RnnStepF32Core(MatrixF32 w, MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> hNext, Span<byte> scratch)
    {
        var sums = stackalloc float[2 * TileRows];
        fixed (float* wData = w.Data, rData = r.Data, wBias = w.Bias, rBias = r.Bias)
        fixed (float* xs = x, hTo = hNext)
        fixed (byte* copy = scratch)
        {
            var hs = Copy(h, copy);
            for (nint unit = 0; unit < h.Length; unit += TileRows)
            {
                DotF32<TLanes>.Dot(wData + unit / TileRows * w.TileStride, w.TileStride, 1, xs, x.Length, sums);
                DotF32<TLanes>.Dot(rData + unit / TileRows * r.TileStride, r.TileStride, 1, hs, h.Length, sums + TileRows);
                var gates = new GateSumsF32(sums, sums + TileRows, wBias == null ? null : wBias + unit, rBias == null ? null : rBias + unit);
                RnnUnits(gates, hTo + unit, h.Length - unit);
            }
        }
    }

    /// <summary>The activations of up to 16 units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LstmUnits<TSums>(in TSums gates, float* c, float* cNext, float* hNext, nint available)
        where TSums : struct, IGateSums
    {
        for (nint at = 0; at < TileRows && at < available; at += TLanes.Count)
        {
            var i = gates.Input(at) + gates.Hidden(at);
            var o = gates.Input(TileRows + at) + gates.Hidden(TileRows + at);
            var f = gates.Input(2 * TileRows + at) + gates.Hidden(2 * TileRows + at);
            var g = gates.Input(3 * TileRows + at) + gates.Hidden(3 * TileRows + at);
            var cell = GateMath.LstmCell(i, f, g, LoadUpTo(c + at, available - at));
            StoreUpTo(cell, cNext + at, available - at);
            StoreUpTo(GateMath.LstmHidden(o, cell), hNext + at, available - at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GruUnits<TSums>(in TSums gates, float* h, float* hNext, nint available)
        where TSums : struct, IGateSums
    {
        for (nint at = 0; at < TileRows && at < available; at += TLanes.Count)
        {
            var z = gates.Input(at) + gates.Hidden(at);
            var r = gates.Input(TileRows + at) + gates.Hidden(TileRows + at);
            var next = GateMath.GruHidden(z, r, gates.Input(2 * TileRows + at), gates.Hidden(2 * TileRows + at), LoadUpTo(h + at, available - at));
            StoreUpTo(next, hNext + at, available - at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RnnUnits<TSums>(in TSums gates, float* hNext, nint available)
        where TSums : struct, IGateSums
    {
        for (nint at = 0; at < TileRows && at < available; at += TLanes.Count)
            StoreUpTo(GateMath.Tanh(gates.Input(at) + gates.Hidden(at)), hNext + at, available - at);
    }

    private static float* Copy(ReadOnlySpan<float> h, byte* scratch)
    {
        h.CopyTo(new Span<float>(scratch, h.Length));
        return (float*)scratch;
    }

    /// <summary>What a gate gets from the two matrices of a recurrent layer, at a row of the tile's gates.</summary>
    private interface IGateSums
    {
        TLanes Input(nint at);

        TLanes Hidden(nint at);
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
    }

    private readonly struct GateSumsF32(float* input, float* hidden, float* wBias, float* rBias) : IGateSums
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Input(nint at) => TLanes.Load(input + at) + Bias(wBias, at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Hidden(nint at) => TLanes.Load(hidden + at) + Bias(rBias, at);
    }
}
