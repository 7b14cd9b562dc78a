using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Kernels.Numerics;
using EdgeSeq.Runtime.Kernels.Vector;
using EdgeSeq.Runtime.Kernels.X64.MachineCode;

namespace EdgeSeq.Runtime.Kernels.X64;

/// <summary>See <see cref="Avx512VnniCode"/>, and <see cref="TopBits"/> for how the products stay exact.</summary>
internal readonly unsafe partial struct Avx512VnniDot : IDotS8
{
    private static readonly float* QuantizingConstants = Kept(QuantizingLoops.Constants);

    /// <summary>Of a block.</summary>
    private static readonly float* NoBias = Kept(new float[PackedLayout.BlockTiles * PackedLayout.TileRows]);

    public static int Vectors => TileLoops.Vectors;

    public static bool ScalesProducts => true;

    public static bool StartsFromSum => true;

    public static int Prepare(sbyte* values, sbyte* signs, nint length) => TopBits.Prepare(values, length);

    public static int StartFromSum(int sum) => TopBits.Start(sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool QuantizeFour(ref FourVectors vectors, nint runLength, bool shifted)
    {
        const int Lanes = PackedLayout.TileRows;
        // Sums wrap around in 32 bits like what the products start from.
        long magic = BitConverter.SingleToInt32Bits(ElementMath.RoundingMagic);
        var registers = (runLength + (Lanes - 1)) / Lanes;
        vectors.Turns = registers - 1;
        vectors.Excess = registers * Lanes - runLength;
        vectors.LastMask = 0xFFFF >> (int)vectors.Excess;
        vectors.SumStart = -magic * registers * (vectors.RunsEnd - vectors.Runs);
        vectors.Constants = QuantizingConstants;
        fixed (FourVectors* fields = &vectors)
            (shifted ? Avx512VnniCode.QuantizeFourShifted : Avx512VnniCode.QuantizeFour)(fields);
        return true;
    }

    // Not inlined: nine copies of it would make 6 kB of a binary.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Dot(sbyte* w, nint tiles, in PreparedVector x, int* sums)
    {
        var whole = tiles & -PackedLayout.BlockTiles;
        if (whole > 0)
            Avx512VnniCode.FourTileProducts(w, 0, whole, x.Values, x.Length, sums, x.Correction);
        if (whole < tiles)
            SmallerBlock(w + whole * PackedLayout.TileRows * x.Length, tiles - whole, x, sums + whole * PackedLayout.TileRows);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void DotTile(sbyte* w, nint lineStride, in PreparedVector x, int* sums) =>
        Avx512VnniCode.TileProducts(w, lineStride, 1, x.Values, x.Length, sums, x.Correction);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScaledProducts(ref VectorBlock block, nint tiles)
    {
        block.BiasStep = block.Bias == null ? 0 : tiles * PackedLayout.TileRows * sizeof(float);
        block.ShiftFromScale = (byte*)block.Shift - (byte*)block.Scale;
        if (block.Bias == null)
            block.Bias = NoBias;
        fixed (VectorBlock* fields = &block)
            Avx512VnniCode.ScaledProducts(tiles, block.Shift != null)(fields);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScaledVectors(ref VectorBlock block, nint tiles)
    {
        if (block.Bias == null)
            block.Bias = NoBias;
        fixed (VectorBlock* fields = &block)
            Avx512VnniCode.VectorProducts(tiles, block.Shift != null)(fields);
    }

    /// <summary>As two digits, 16 lower ones before their 16 upper ones: unsigned bytes, as the instruction wants one of its
    /// operands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RoundWeights<TLanes>(float* weights, nint tokens, float factor)
        where TLanes : struct, IWideLanes<TLanes>
    {
        var digits = (sbyte*)weights;
        for (nint i = 0; i < tokens; i += PackedLayout.TileRows, digits += 2 * PackedLayout.TileRows)
        {
            for (nint lane = 0; lane < PackedLayout.TileRows; lane += TLanes.Count)
            {
                var rounded = TLanes.Fma(
                    TLanes.Load(weights + i + lane), TLanes.Create(factor), TLanes.Create(ElementMath.RoundingMagic));
                TLanes.StoreLowBytes(rounded, digits + lane);
                TLanes.StoreLowBytes(TLanes.ShiftRight(rounded, TileLoops.DigitBits), digits + PackedLayout.TileRows + lane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WeightedSums(sbyte* values, nint stride, nint tiles, short* weights, nint tokens, int* sums) =>
        Avx512VnniCode.WeightedSums(values, stride, tiles, weights, tokens, sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Scores(AttentionHead* heads, nint count, nint tokens) =>
        Turns(heads, count, tokens, PackedLayout.BlockTiles * PackedLayout.TileRows, Avx512VnniCode.AttentionScores);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Weights(AttentionHead* heads, nint count, nint tokens) =>
        Turns(heads, count, tokens, PackedLayout.TileRows, Avx512VnniCode.AttentionWeights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool MixValues(AttentionHead* heads, nint count, nint tokens)
    {
        Turns(heads, count, tokens + (PackedLayout.TileRows - 1), PackedLayout.TileRows, Avx512VnniCode.AttentionMix);
        return true;
    }

    /// <summary>A pass over as many whole turns as there are.</summary>
    /// <returns>Tokens done.</returns>
    private static nint Turns(AttentionHead* heads, nint count, nint tokens, nint turnTokens,
        delegate* unmanaged[SuppressGCTransition]<AttentionHead*, nint, void> pass)
    {
        var turns = tokens / turnTokens;
        for (nint i = 0; i < count; i++)
            heads[i].Turns = turns;
        if (turns > 0)
            pass(heads, count);
        return turns * turnTokens;
    }

    private static float* Kept(ReadOnlySpan<float> values)
    {
        var kept = (float*)NativeMemory.Alloc((nuint)values.Length * sizeof(float));
        values.CopyTo(new Span<float>(kept, values.Length));
        return kept;
    }

    private static void SmallerBlock(sbyte* w, nint tiles, in PreparedVector x, int* sums)
    {
        if (tiles == 1)
            DotTile(w, PackedLayout.LineBytes, x, sums);
        else if (tiles == 2)
            Avx512VnniCode.TwoTileProducts(w, 0, tiles, x.Values, x.Length, sums, x.Correction);
        else
            Avx512VnniCode.ThreeTileProducts(w, 0, tiles, x.Values, x.Length, sums, x.Correction);
    }
}
