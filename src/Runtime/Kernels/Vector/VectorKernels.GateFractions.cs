using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

// Gates for lanes in four registers side by side. A whole unit would need more registers than there are, so one gate after the other goes
// from its sums to the numerator and denominator of its tanh, for all units of a chunk; the loops after that take these from memory.
// Statements stand in the order in which an in-order core should issue them: loads, then what is quick, then what takes long.
internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    private const int RowsPerChunk = KernelScratch.RecurrentChunk / TileRows;

    private static void LstmUnitsByFractions<TSums, TTanh>(in TSums sums, float* c, float* cNext, float* hNext, nint units)
        where TSums : struct, IGateSums
        where TTanh : struct, ITanhRational
    {
        var memoryRoom = stackalloc float[10 * KernelScratch.RecurrentChunk + StackLine.Room];
        var memory = StackLine.In(memoryRoom);
        var o = memory + 6 * KernelScratch.RecurrentChunk;
        var cells = memory + 8 * KernelScratch.RecurrentChunk;
        var hidden = memory + 9 * KernelScratch.RecurrentChunk;
        Split<TSums, TTanh>(sums, 0, 4, units, RationalRows<TTanh>.Half, memory);
        Split<TSums, TTanh>(sums, 2, 4, units, RationalRows<TTanh>.Half, memory + 2 * KernelScratch.RecurrentChunk);
        Split<TSums, TTanh>(sums, 3, 4, units, RationalRows<TTanh>.Whole, memory + 4 * KernelScratch.RecurrentChunk);
        Split<TSums, TTanh>(sums, 1, 4, units, RationalRows<TTanh>.Half, o);
        if (units % TileRows == 0)
        {
            LstmCells<TTanh>(memory, c, cNext, units);
            LstmHidden<TTanh>(o, cNext, hNext, units, RationalRows<TTanh>.Whole);
            return;
        }

        Copy(c, cells, units);
        LstmCells<TTanh>(memory, cells, cells, units);
        LstmHidden<TTanh>(o, cells, hidden, units, RationalRows<TTanh>.Whole);
        Copy(cells, cNext, units);
        Copy(hidden, hNext, units);
    }

    /// <param name="fractions">Of the gates i, f, c.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LstmCells<TTanh>(float* fractions, float* c, float* cNext, nint units)
        where TTanh : struct, ITanhRational
    {
        for (nint unit = 0; unit < units; unit += TLanes.Count, fractions += TLanes.Count)
        {
            var cell = TLanes.Load(c + unit);
            var iNumerator = TLanes.LoadRow(fractions, 0);
            var iDenominator = TLanes.LoadRow(fractions, RowsPerChunk);
            var fNumerator = TLanes.LoadRow(fractions, 2 * RowsPerChunk);
            var fDenominator = TLanes.LoadRow(fractions, 3 * RowsPerChunk);
            var gNumerator = TLanes.LoadRow(fractions, 4 * RowsPerChunk);
            var gDenominator = TLanes.LoadRow(fractions, 5 * RowsPerChunk);
            cell = GateMath<TTanh>.ClampState(cell);
            cell = GateMath<TTanh>.LstmCell(iNumerator, iDenominator, fNumerator, fDenominator, gNumerator, gDenominator, cell);
            TLanes.Store(cell, cNext + unit);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LstmHidden<TTanh>(float* o, float* cells, float* hNext, nint units, float* rows)
        where TTanh : struct, ITanhRational
    {
        FirstRows(rows, out var low, out var high, out var pFirst, out var qFirst);
        for (nint unit = 0; unit < units; unit += TLanes.Count, o += TLanes.Count)
        {
            Split<TTanh>(TLanes.Load(cells + unit), low, high, pFirst, qFirst, rows, out var numerator, out var denominator);
            var oNumerator = TLanes.LoadRow(o, 0);
            var oDenominator = TLanes.LoadRow(o, RowsPerChunk);
            TLanes.Store(GateMath<TTanh>.LstmHidden(oNumerator, oDenominator, numerator, denominator), hNext + unit);
        }
    }

    private static void GruUnitsByFractions<TSums, TTanh>(in TSums sums, float* h, float* hNext, nint units)
        where TSums : struct, IGateSums
        where TTanh : struct, ITanhRational
    {
        var memoryRoom = stackalloc float[4 * KernelScratch.RecurrentChunk + StackLine.Room];
        var memory = StackLine.In(memoryRoom);
        var candidates = memory + 2 * KernelScratch.RecurrentChunk;
        var hidden = memory + 3 * KernelScratch.RecurrentChunk;
        Split<TSums, TTanh>(sums, 1, 3, units, RationalRows<TTanh>.Half, memory);
        GruCandidates(sums, memory, candidates, units);
        Split<TSums, TTanh>(sums, 0, 3, units, RationalRows<TTanh>.Half, memory);
        if (units % TileRows == 0)
        {
            GruMix<TTanh>(memory, candidates, h, hNext, units, RationalRows<TTanh>.Whole);
            return;
        }

        Copy(h, hidden, units);
        GruMix<TTanh>(memory, candidates, hidden, hidden, units, RationalRows<TTanh>.Whole);
        Copy(hidden, hNext, units);
    }

    /// <summary>What the tanh of the new state is of: sigmoid(r)·hidden + input.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void GruCandidates<TSums>(in TSums sums, float* r, float* candidates, nint units)
        where TSums : struct, IGateSums
    {
        var from = sums;
        nint at = 2 * TileRows;
        for (nint unit = 0; unit < units; unit += TLanes.Count, at += 3 * TileRows, r += TLanes.Count)
        {
            var reset = TLanes.LoadRow(r, 0) / TLanes.LoadRow(r, RowsPerChunk);
            reset = TLanes.Fma(reset, TLanes.Create(0.5f), TLanes.Create(0.5f));
            TLanes.Store(TLanes.Fma(reset, from.Hidden(at), from.Input(at)), candidates + unit);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void GruMix<TTanh>(float* z, float* candidates, float* h, float* hNext, nint units, float* rows)
        where TTanh : struct, ITanhRational
    {
        FirstRows(rows, out var low, out var high, out var pFirst, out var qFirst);
        for (nint unit = 0; unit < units; unit += TLanes.Count, z += TLanes.Count)
        {
            Split<TTanh>(TLanes.Load(candidates + unit), low, high, pFirst, qFirst, rows, out var numerator, out var denominator);
            var state = TLanes.Load(h + unit);
            var zNumerator = TLanes.LoadRow(z, 0);
            var zDenominator = TLanes.LoadRow(z, RowsPerChunk);
            state = GateMath<TTanh>.ClampState(state);
            TLanes.Store(GateMath<TTanh>.GruMix(zNumerator, zDenominator, numerator, denominator, state), hNext + unit);
        }
    }

    private static void RnnUnitsByFractions<TSums, TTanh>(in TSums sums, float* hNext, nint units)
        where TSums : struct, IGateSums
        where TTanh : struct, ITanhRational
    {
        var hiddenRoom = stackalloc float[KernelScratch.RecurrentChunk + StackLine.Room];
        var hidden = StackLine.In(hiddenRoom);
        if (units % TileRows == 0)
        {
            RnnHidden<TSums, TTanh>(sums, hNext, units, RationalRows<TTanh>.Whole);
            return;
        }

        RnnHidden<TSums, TTanh>(sums, hidden, units, RationalRows<TTanh>.Whole);
        Copy(hidden, hNext, units);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RnnHidden<TSums, TTanh>(in TSums sums, float* hNext, nint units, float* rows)
        where TSums : struct, IGateSums
        where TTanh : struct, ITanhRational
    {
        var from = sums;
        FirstRows(rows, out var low, out var high, out var pFirst, out var qFirst);
        for (nint unit = 0; unit < units; unit += TLanes.Count)
        {
            Split<TTanh>(from.Both(unit), low, high, pFirst, qFirst, rows, out var numerator, out var denominator);
            TLanes.Store(numerator / denominator, hNext + unit);
        }
    }

    /// <summary>The tanh of one gate's sums, for all units of a chunk, as fractions.</summary>
    /// <param name="rows">Of <see cref="RationalRows{TRational}"/>.</param>
    /// <param name="fractions">The numerators of a chunk, and behind them the denominators.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Split<TSums, TTanh>(in TSums sums, nint gate, nint gates, nint units, float* rows, float* fractions)
        where TSums : struct, IGateSums
        where TTanh : struct, ITanhRational
    {
        var from = sums;
        FirstRows(rows, out var low, out var high, out var pFirst, out var qFirst);
        var at = gate * TileRows;
        for (nint unit = 0; unit < units; unit += TLanes.Count, at += gates * TileRows)
        {
            Split<TTanh>(from.Both(at), low, high, pFirst, qFirst, rows, out var numerator, out var denominator);
            TLanes.Store(numerator, fractions + unit);
            TLanes.Store(denominator, fractions + unit + KernelScratch.RecurrentChunk);
        }
    }

    private static void Copy(float* source, float* target, nint count) =>
        new ReadOnlySpan<float>(source, (int)count).CopyTo(new Span<float>(target, (int)count));
}
