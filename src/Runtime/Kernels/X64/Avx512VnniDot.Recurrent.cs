using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Kernels.Numerics;
using EdgeSeq.Runtime.Kernels.X64.MachineCode;

namespace EdgeSeq.Runtime.Kernels.X64;

internal readonly unsafe partial struct Avx512VnniDot
{
    /// <summary>The lowest state, the highest, a half.</summary>
    private static readonly float* Others = Rows(-GateBounds.State, GateBounds.State, 0.5f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint LstmUnits(ref RecurrentStep step, nint units)
    {
        units &= -RecurrentLoops.LstmUnits;
        if (units == 0 || step.WBias == null || step.RBias != null)
            return 0;
        step.Turns = units / RecurrentLoops.LstmUnits;
        PutConstants(ref step);
        fixed (RecurrentStep* fields = &step)
            Avx512VnniCode.LstmUnits(fields);
        return units;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint GruUnits(ref RecurrentStep step, nint units)
    {
        units &= -RecurrentLoops.GruUnits;
        if (units == 0 || step.WBias == null || step.RBias == null)
            return 0;
        step.Turns = units / RecurrentLoops.GruUnits;
        PutConstants(ref step);
        fixed (RecurrentStep* fields = &step)
            Avx512VnniCode.GruUnits(fields);
        return units;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutConstants(ref RecurrentStep step)
    {
        step.Half = RationalRows<CoarseTanh>.Half;
        step.Whole = RationalRows<CoarseTanh>.Whole;
        step.Others = Others;
    }

    private static float* Rows(params ReadOnlySpan<float> values)
    {
        var rows = (float*)NativeMemory.AlignedAlloc((nuint)(values.Length * PackedLayout.LineBytes), PackedLayout.LineBytes);
        for (var i = 0; i < values.Length; i++)
            new Span<float>(rows + i * PackedLayout.TileRows, PackedLayout.TileRows).Fill(values[i]);
        return rows;
    }
}
