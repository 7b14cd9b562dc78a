using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Blocks for instruction sets whose registers hold the sums of one tile.</summary>
internal static unsafe class TileByTile
{
    /// <summary>As <see cref="IDotS8.Dot"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Dot<TDot>(sbyte* w, nint tiles, in PreparedVector x, int* sums)
        where TDot : struct, IDotS8
    {
        for (; tiles > 0; tiles -= PackedLayout.BlockTiles, w += PackedLayout.BlockTiles * PackedLayout.TileRows * x.Length)
        {
            var count = Math.Min(tiles, PackedLayout.BlockTiles);
            for (nint tile = 0; tile < count; tile++, sums += PackedLayout.TileRows)
                TDot.DotTile(w + tile * PackedLayout.LineBytes, count * PackedLayout.LineBytes, x, sums);
        }
    }
}
