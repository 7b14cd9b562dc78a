using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

// A step goes by chunks of hidden units: the products of their gates, then their activations. New states may overwrite old ones
// because no product reads the old state: int8 steps have quantised it, float32 steps have copied it.
internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    /// <summary>What a layer does with the sums of its gates.</summary>
    private interface ICell
    {
        static abstract int Gates { get; }

        /// <summary>The new states of a chunk's units, at most <see cref="KernelScratch.RecurrentChunk"/>.</summary>
        /// <param name="sums">Of the chunk.</param>
        /// <param name="first">The chunk's first unit.</param>
        /// <param name="units">How many they are.</param>
        void Update<TSums, TTanh>(in TSums sums, nint first, nint units)
            where TSums : struct, IGateSums
            where TTanh : struct, ITanhRational;

        /// <summary>Does the first units from the products on, as far as the instruction set has a way of its own for that.</summary>
        /// <returns>How many are done.</returns>
        nint Fused(ref RecurrentStep step, nint units);
    }

    /// <summary>What a gate gets from the two matrices of a recurrent layer, at a row of the chunk.</summary>
    private interface IGateSums
    {
        TLanes Input(nint at);

        TLanes Hidden(nint at);

        /// <summary>Their sum, its statements in the order in which an in-order core should issue them.</summary>
        TLanes Both(nint at);
    }

    protected internal override void GruResetCore(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> h, Span<float> y)
    {
        fixed (float* left = a, right = b, hs = h, to = y)
        {
            for (nint i = 0; i < y.Length; i += TLanes.Count)
            {
                var count = y.Length - i;
                var gate = GateMath<FineTanh>.Sigmoid(LoadUpTo(left + i, count) + LoadUpTo(right + i, count));
                StoreUpTo(gate * LoadUpTo(hs + i, count), to + i, count);
            }
        }
    }

    protected internal override void GruMixCore(ReadOnlySpan<float> z, ReadOnlySpan<float> n, ReadOnlySpan<float> h, Span<float> y)
    {
        fixed (float* update = z, candidate = n, hs = h, to = y)
        {
            for (nint i = 0; i < y.Length; i += TLanes.Count)
            {
                var count = y.Length - i;
                StoreUpTo(GateMath<FineTanh>.GruMix(LoadUpTo(update + i, count), LoadUpTo(candidate + i, count), LoadUpTo(hs + i, count)),
                    to + i, count);
            }
        }
    }

    protected override void LstmStepS8Core(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h,
        float hScale,
        ReadOnlySpan<float> c, Span<float> hNext, Span<float> cNext, Span<byte> scratch)
    {
        fixed (float* cs = c, hTo = hNext, cTo = cNext)
            StepS8(new LstmCell(cs, cTo, hTo), w, r, x, xScale, h, hScale, scratch);
    }

    protected override void LstmStepF32Core(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h,
        ReadOnlySpan<float> c,
        Span<float> hNext, Span<float> cNext, Span<byte> scratch)
    {
        fixed (float* cs = c, hTo = hNext, cTo = cNext)
            StepF32(new LstmCell(cs, cTo, hTo), w, r, x, h, scratch);
    }

    protected override void GruStepS8Core(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h,
        float hScale,
        Span<float> hNext, Span<byte> scratch)
    {
        fixed (float* hs = h, hTo = hNext)
            StepS8(new GruCell(hs, hTo), w, r, x, xScale, h, hScale, scratch);
    }

    protected override void GruStepF32Core(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> hNext,
        Span<byte> scratch)
    {
        fixed (float* hs = h, hTo = hNext)
            StepF32(new GruCell(hs, hTo), w, r, x, h, scratch);
    }

    protected override void RnnStepS8Core(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h,
        float hScale,
        Span<float> hNext, Span<byte> scratch)
    {
        fixed (float* hTo = hNext)
            StepS8(new RnnCell(hTo), w, r, x, xScale, h, hScale, scratch);
    }

    protected override void RnnStepF32Core(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> hNext,
        Span<byte> scratch)
    {
        fixed (float* hTo = hNext)
            StepF32(new RnnCell(hTo), w, r, x, h, scratch);
    }

    private static void StepS8<TCell>(TCell cell, in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale,
        ReadOnlySpan<float> h, float hScale, Span<byte> scratch)
        where TCell : struct, ICell
    {
        fixed (sbyte* wData = w.Data, rData = r.Data)
        fixed (float* wScale = w.Scale, rScale = r.Scale, wBias = w.Bias, rBias = r.Bias)
        fixed (float* xs = x, hs = h)
        fixed (byte* memory = scratch)
        {
            const int Chunk = KernelScratch.RecurrentChunk;
            var input = (int*)memory;
            var hidden = input + TCell.Gates * Chunk;
            var prepared = memory + KernelScratch.RecurrentSums;
            var qx = Prepare(xs, x.Length, xScale, prepared);
            var qh = Prepare(hs, h.Length, hScale, prepared + KernelScratch.VectorS8(x.Length));
            Unsafe.SkipInit(out RecurrentStep step);
            step.W = wData;
            step.R = rData;
            step.X = qx.Values;
            step.XEnd = qx.Values + qx.Length;
            step.H = qh.Values;
            step.HEnd = qh.Values + qh.Length;
            step.WScale = wScale;
            step.RScale = rScale;
            step.WBias = wBias;
            step.RBias = rBias;
            step.XStart = qx.Correction;
            step.HStart = qh.Correction;
            step.XScale = BitConverter.SingleToInt32Bits(qx.Scale);
            step.HScale = BitConverter.SingleToInt32Bits(qh.Scale);
            for (var unit = cell.Fused(ref step, h.Length); unit < h.Length; unit += Chunk)
            {
                var units = Math.Min(h.Length - unit, Chunk);
                var tiles = (units + TileRows - 1) / TileRows * TCell.Gates;
                var row = unit * TCell.Gates;
                TDot.Dot(wData + row * qx.Length, tiles, qx, input);
                TDot.Dot(rData + row * qh.Length, tiles, qh, hidden);
                var sums = new GateSumsS8(input, hidden, wScale + row, rScale + row, At(wBias, row), At(rBias, row), qx.Scale, qh.Scale);
                cell.Update<GateSumsS8, CoarseTanh>(sums, unit, units);
            }
        }
    }

    private static void StepF32<TCell>(TCell cell, in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h,
        Span<byte> scratch)
        where TCell : struct, ICell
    {
        fixed (float* wData = w.Data, rData = r.Data, wBias = w.Bias, rBias = r.Bias)
        fixed (float* xs = x)
        fixed (byte* memory = scratch)
        {
            const int Chunk = KernelScratch.RecurrentChunk;
            var input = (float*)memory;
            var hidden = input + TCell.Gates * Chunk;
            var hs = Copy(h, memory + KernelScratch.RecurrentSums);
            for (nint unit = 0; unit < h.Length; unit += Chunk)
            {
                var units = Math.Min(h.Length - unit, Chunk);
                var tiles = (units + TileRows - 1) / TileRows * TCell.Gates;
                var row = unit * TCell.Gates;
                TLanes.Dot(wData + row / TileRows * w.TileStride, w.TileStride, tiles, xs, x.Length, input);
                TLanes.Dot(rData + row / TileRows * r.TileStride, r.TileStride, tiles, hs, h.Length, hidden);
                cell.Update<GateSumsF32, FineTanh>(new GateSumsF32(input, hidden, At(wBias, row), At(rBias, row)), unit, units);
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
        if (TLanes.SplitsRationals)
        {
            LstmUnitsByFractions<TSums, TTanh>(sums, c, cNext, hNext, units);
            return;
        }

        var gates = sums;
        for (nint unit = 0; unit < units; unit += TLanes.Count)
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
        if (TLanes.SplitsRationals)
        {
            GruUnitsByFractions<TSums, TTanh>(sums, h, hNext, units);
            return;
        }

        var gates = sums;
        for (nint unit = 0; unit < units; unit += TLanes.Count)
        {
            var at = unit / TileRows * (3 * TileRows) + unit % TileRows;
            var z = gates.Input(at) + gates.Hidden(at);
            var r = gates.Input(TileRows + at) + gates.Hidden(TileRows + at);
            var next = GateMath<TTanh>.GruHidden(z, r, gates.Input(2 * TileRows + at), gates.Hidden(2 * TileRows + at),
                LoadUpTo(h + unit, units - unit));
            StoreUpTo(next, hNext + unit, units - unit);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RnnUnits<TSums, TTanh>(in TSums sums, float* hNext, nint units)
        where TSums : struct, IGateSums
        where TTanh : struct, ITanhRational
    {
        if (TLanes.SplitsRationals)
        {
            RnnUnitsByFractions<TSums, TTanh>(sums, hNext, units);
            return;
        }

        var gates = sums;
        for (nint unit = 0; unit < units; unit += TLanes.Count)
            StoreUpTo(GateMath<TTanh>.Tanh(gates.Input(unit) + gates.Hidden(unit)), hNext + unit, units - unit);
    }

    private static float* At(float* bias, nint row) => bias == null ? null : bias + row;

    private static float* Copy(ReadOnlySpan<float> h, byte* scratch)
    {
        h.CopyTo(new Span<float>(scratch, h.Length));
        return (float*)scratch;
    }

    private readonly struct LstmCell(float* c, float* cNext, float* hNext) : ICell
    {
        public static int Gates => 4;

        public void Update<TSums, TTanh>(in TSums sums, nint first, nint units)
            where TSums : struct, IGateSums
            where TTanh : struct, ITanhRational
            => LstmUnits<TSums, TTanh>(sums, c + first, cNext + first, hNext + first, units);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public nint Fused(ref RecurrentStep step, nint units)
        {
            step.State = c;
            step.CellNext = cNext;
            step.HiddenNext = hNext;
            return TDot.LstmUnits(ref step, units);
        }
    }

    private readonly struct GruCell(float* h, float* hNext) : ICell
    {
        public static int Gates => 3;

        public void Update<TSums, TTanh>(in TSums sums, nint first, nint units)
            where TSums : struct, IGateSums
            where TTanh : struct, ITanhRational
            => GruUnits<TSums, TTanh>(sums, h + first, hNext + first, units);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public nint Fused(ref RecurrentStep step, nint units)
        {
            step.State = h;
            step.HiddenNext = hNext;
            return TDot.GruUnits(ref step, units);
        }
    }

    private readonly struct RnnCell(float* hNext) : ICell
    {
        public static int Gates => 1;

        public void Update<TSums, TTanh>(in TSums sums, nint first, nint units)
            where TSums : struct, IGateSums
            where TTanh : struct, ITanhRational
            => RnnUnits<TSums, TTanh>(sums, hNext + first, units);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public nint Fused(ref RecurrentStep step, nint units) => 0;
    }

    private readonly struct GateSumsS8(int* input, int* hidden, float* wScale, float* rScale, float* wBias, float* rBias, float xScale,
        float hScale)
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
