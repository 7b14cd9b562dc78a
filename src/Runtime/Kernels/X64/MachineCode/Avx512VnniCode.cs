using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

/// <summary>Products with AVX512-VNNI, for which .NET 10 has no class: loops written as machine code when the process starts. One
/// instruction does here what takes <see cref="Avx512Dot"/> three, and a native binary that was compiled for AVX2 has it too.</summary>
internal static unsafe class Avx512VnniCode
{
    /// <summary>sums[tile·16 + row] = start + Σ (w[tile, row, k] + 128)·x[k], for blocks of four tiles, whose number divides by
    /// four.</summary>
    /// <remarks>Arguments: w, nothing, tiles, x, columns, sums, start.</remarks>
    public static readonly delegate* unmanaged[SuppressGCTransition]<sbyte*, nint, nint, sbyte*, nint, int*, int, void> FourTileProducts;

    /// <summary>The same for a block of three tiles.</summary>
    public static readonly delegate* unmanaged[SuppressGCTransition]<sbyte*, nint, nint, sbyte*, nint, int*, int, void> ThreeTileProducts;

    /// <summary>The same for a block of two tiles.</summary>
    public static readonly delegate* unmanaged[SuppressGCTransition]<sbyte*, nint, nint, sbyte*, nint, int*, int, void> TwoTileProducts;

    /// <summary>The same for one tile of any block.</summary>
    /// <remarks>Arguments: w, bytes from line to line, 1, x, columns, sums, start.</remarks>
    public static readonly delegate* unmanaged[SuppressGCTransition]<sbyte*, nint, nint, sbyte*, nint, int*, int, void> TileProducts;

    /// <summary>sums[tile·16 + row] = Σ values[tile, row, token]·weights[token].</summary>
    /// <remarks>Arguments: values, bytes from tile to tile, tiles, weights, tokens, sums.</remarks>
    public static readonly delegate* unmanaged[SuppressGCTransition]<sbyte*, nint, nint, short*, nint, int*, void> WeightedSums;

    /// <summary>The passes of attention over several heads: scores, weights, weighted values.</summary>
    public static readonly delegate* unmanaged[SuppressGCTransition]<AttentionHead*, nint, void> AttentionScores, AttentionWeights,
        AttentionMix;

    /// <summary>Hidden units of an LSTM with one bias, from the products to the new state.</summary>
    public static readonly delegate* unmanaged[SuppressGCTransition]<RecurrentStep*, void> LstmUnits;

    /// <summary>The same of a GRU that resets after the product, with two biases.</summary>
    public static readonly delegate* unmanaged[SuppressGCTransition]<RecurrentStep*, void> GruUnits;

    /// <summary>The codes of four vectors behind their headers, without and with zero points.</summary>
    public static readonly delegate* unmanaged[SuppressGCTransition]<FourVectors*, void> QuantizeFour, QuantizeFourShifted;

    /// <summary>Blocks of one to four tiles, then the same with zero points: one block and several vectors, blocks and one
    /// vector.</summary>
    private static readonly nint[] VectorProductsOf = new nint[2 * PackedLayout.BlockTiles],
        ScaledProductsOf = new nint[2 * PackedLayout.BlockTiles];

    static Avx512VnniCode()
    {
        if (!ProcessorHasInstructions())
            return;
        var code = new Assembler();
        code.LoadSavedStates();
        code.Return();
        var fourTileProducts = TileLoops.WriteProducts(code, tiles: 4);
        var threeTileProducts = TileLoops.WriteProducts(code, tiles: 3);
        var twoTileProducts = TileLoops.WriteProducts(code, tiles: 2);
        var tileProducts = TileLoops.WriteTileProducts(code);
        var weightedSums = TileLoops.WriteWeightedSums(code);
        var attentionScores = AttentionLoops.WriteScores(code);
        var attentionWeights = AttentionLoops.WriteWeights(code);
        var attentionMix = AttentionLoops.WriteMix(code);
        var (vectorProducts, scaledProducts) = (new int[VectorProductsOf.Length], new int[ScaledProductsOf.Length]);
        for (var i = 0; i < vectorProducts.Length; i++)
        {
            var (tiles, shifted) = (i % PackedLayout.BlockTiles + 1, i >= PackedLayout.BlockTiles);
            vectorProducts[i] = TileLoops.WriteVectorProducts(code, tiles, shifted);
            scaledProducts[i] = TileLoops.WriteScaledProducts(code, tiles, shifted);
        }

        var lstmUnits = RecurrentLoops.WriteLstm(code);
        var gruUnits = RecurrentLoops.WriteGru(code);
        var quantizeFour = QuantizingLoops.Write(code, shifted: false);
        var quantizeFourShifted = QuantizingLoops.Write(code, shifted: true);
        var memory = ExecutableMemory.Load(code.ToArray());
        if (memory == null || !SystemSaves512Bits((delegate* unmanaged[SuppressGCTransition]<int>)memory))
            return;
        FourTileProducts = (delegate* unmanaged[SuppressGCTransition]<sbyte*, nint, nint, sbyte*, nint, int*, int,
            void>)(memory + fourTileProducts);
        ThreeTileProducts = (delegate* unmanaged[SuppressGCTransition]<sbyte*, nint, nint, sbyte*, nint, int*, int,
            void>)(memory + threeTileProducts);
        TwoTileProducts = (delegate* unmanaged[SuppressGCTransition]<sbyte*, nint, nint, sbyte*, nint, int*, int,
            void>)(memory + twoTileProducts);
        TileProducts = (delegate* unmanaged[SuppressGCTransition]<sbyte*, nint, nint, sbyte*, nint, int*, int,
            void>)(memory + tileProducts);
        WeightedSums = (delegate* unmanaged[SuppressGCTransition]<sbyte*, nint, nint, short*, nint, int*, void>)(memory + weightedSums);
        AttentionScores = (delegate* unmanaged[SuppressGCTransition]<AttentionHead*, nint, void>)(memory + attentionScores);
        AttentionWeights = (delegate* unmanaged[SuppressGCTransition]<AttentionHead*, nint, void>)(memory + attentionWeights);
        AttentionMix = (delegate* unmanaged[SuppressGCTransition]<AttentionHead*, nint, void>)(memory + attentionMix);
        for (var i = 0; i < vectorProducts.Length; i++)
        {
            VectorProductsOf[i] = (nint)(memory + vectorProducts[i]);
            ScaledProductsOf[i] = (nint)(memory + scaledProducts[i]);
        }

        LstmUnits = (delegate* unmanaged[SuppressGCTransition]<RecurrentStep*, void>)(memory + lstmUnits);
        GruUnits = (delegate* unmanaged[SuppressGCTransition]<RecurrentStep*, void>)(memory + gruUnits);
        QuantizeFour = (delegate* unmanaged[SuppressGCTransition]<FourVectors*, void>)(memory + quantizeFour);
        QuantizeFourShifted = (delegate* unmanaged[SuppressGCTransition]<FourVectors*, void>)(memory + quantizeFourShifted);
    }

    /// <summary>False where the processor lacks the instructions or the system allows no memory for new code.</summary>
    public static bool IsSupported => TileProducts != null;

    /// <summary>Results of one block of so many tiles and vectors, four at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static delegate* unmanaged[SuppressGCTransition]<VectorBlock*, void> VectorProducts(nint tiles, bool shifted) =>
        Of(VectorProductsOf, tiles, shifted);

    /// <summary>Results of blocks of so many tiles and one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static delegate* unmanaged[SuppressGCTransition]<VectorBlock*, void> ScaledProducts(nint tiles, bool shifted) =>
        Of(ScaledProductsOf, tiles, shifted);

    private static delegate* unmanaged[SuppressGCTransition]<VectorBlock*, void> Of(nint[] functions, nint tiles, bool shifted) =>
        (delegate* unmanaged[SuppressGCTransition]<VectorBlock*, void>)functions[tiles - 1 + (shifted ? PackedLayout.BlockTiles : 0)];

    /// <summary>A native binary knows no instructions beyond its baseline, so the processor itself is asked.</summary>
    private static bool ProcessorHasInstructions()
    {
        const string Switch = "DOTNET_EnableAVX512";
        const int Osxsave = 1 << 27;
        const int FoundationBytesAndLengths = 1 << 16 | 1 << 30 | 1 << 31;
        // Processors that slow down under 512-bit instructions have no VBMI2.
        const int Vbmi2AndVnni = 1 << 6 | 1 << 11;
        // The code keeps to the System V calling convention. .NET's variable that turns AVX-512 off holds here too.
        if (!X86Base.X64.IsSupported || OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable(Switch) == "0")
            return false;
        var (_, ebx, ecx, _) = X86Base.CpuId(7, 0);
        return (X86Base.CpuId(1, 0).Ecx & Osxsave) != 0 && (ebx & FoundationBytesAndLengths) == FoundationBytesAndLengths
            && (ecx & Vbmi2AndVnni) == Vbmi2AndVnni;
    }

    private static bool SystemSaves512Bits(delegate* unmanaged[SuppressGCTransition]<int> savedStates)
    {
        const int VectorsAndMasks = 0xE6;
        return (savedStates() & VectorsAndMasks) == VectorsAndMasks;
    }
}
