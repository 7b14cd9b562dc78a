using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.X64;

/// <summary>An instruction set whose registers hold the sums of a whole block.</summary>
internal unsafe interface IBlockDot<TSelf>
    where TSelf : struct, IBlockDot<TSelf>
{
    /// <summary>The sums of one block, or of one tile of any.</summary>
    /// <param name="lineStride">Bytes from one line of a tile to its next.</param>
    static abstract void Block<TTiles>(sbyte* w, nint lineStride, in PreparedVector x, int* sums)
        where TTiles : struct, ICount;

    /// <summary>As <see cref="IDotS8.Dot"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Blocks(sbyte* w, nint tiles, in PreparedVector x, int* sums)
    {
        const int LineBytes = PackedLayout.LineBytes;
        const int BlockRows = PackedLayout.BlockTiles * PackedLayout.TileRows;
        for (; tiles >= PackedLayout.BlockTiles; tiles -= PackedLayout.BlockTiles, w += BlockRows * x.Length, sums += BlockRows)
            TSelf.Block<ICount.Four>(w, 4 * LineBytes, x, sums);
        if (tiles == 3)
            TSelf.Block<ICount.Three>(w, 3 * LineBytes, x, sums);
        else if (tiles == 2)
            TSelf.Block<ICount.Two>(w, 2 * LineBytes, x, sums);
        else if (tiles == 1)
            TSelf.Block<ICount.One>(w, LineBytes, x, sums);
    }
}
