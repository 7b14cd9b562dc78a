using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Vector;
using EdgeSeq.Runtime.Kernels.X64.MachineCode;

namespace EdgeSeq.Runtime.Kernels.X64;

/// <summary>See <see cref="Avx512VnniCode"/>, and <see cref="TopBits"/> for how the products stay exact.</summary>
internal readonly unsafe partial struct Avx512VnniDot : IDotS8
{
    public static int Vectors => TileLoops.Vectors;

    public static bool StartsFromSum => true;

    public static int Prepare(sbyte* values, sbyte* signs, nint length) => TopBits.Prepare(values, length);

    public static int StartFromSum(int sum) => TopBits.Start(sum);

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
    public static void DotVectors(sbyte* w, nint tiles, in PreparedVector x, nint stride, int* sums) =>
        Avx512VnniCode.VectorProducts(tiles)(w, stride, 0, x.Values, x.Length, sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WeightedSums(sbyte* values, nint stride, nint tiles, short* weights, nint tokens, int* sums)
    {
        var together = tiles & ~1;
        if (together > 0)
            Avx512VnniCode.TwoTileWeightedSums(values, stride, together, weights, tokens, sums);
        if (together < tiles)
        {
            Avx512VnniCode.OneTileWeightedSums(values + together * stride, stride, 1, weights, tokens,
                sums + together * PackedLayout.TileRows);
        }
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
