using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.Portable;

/// <summary>Four registers of 128 bits hold 16 rows × 4 columns; bytes are widened to 16 bits, where neither a product nor the sum
/// of two can overflow.</summary>
internal readonly unsafe partial struct PortableDot : IDotS8
{
    public static int Prepare(sbyte* values, sbyte* signs, nint length) => 0;

    public static void Dot(sbyte* w, nint tiles, in PreparedVector x, int* sums) => TileByTile.Dot<PortableDot>(w, tiles, x, sums);

    public static void DotTile(sbyte* w, nint lineStride, in PreparedVector x, int* sums)
    {
        for (var row = 0; row < PackedLayout.TileRows; row += 4)
            FourRows(w + row * PackedLayout.GroupColumns, lineStride, x, sums + row);
    }

    private static void FourRows(sbyte* w, nint lineStride, in PreparedVector x, int* sums)
    {
        // Lanes: [row 0 columns 0 + 1, row 0 columns 2 + 3, row 1 …] and the same of rows 2 and 3.
        var lower = Vector128<int>.Zero;
        var upper = Vector128<int>.Zero;
        for (nint k = 0; k < x.Length; k += PackedLayout.GroupColumns, w += lineStride)
        {
            var group = Vector128.WidenLower(Vector128.Create(*(int*)(x.Values + k)).AsSByte());
            var (w01, w23) = Vector128.Widen(Vector128.Load(w));
            lower += AddPairs(w01 * group);
            upper += AddPairs(w23 * group);
        }

        sums[0] = lower[0] + lower[1];
        sums[1] = lower[2] + lower[3];
        sums[2] = upper[0] + upper[1];
        sums[3] = upper[2] + upper[3];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> AddPairs(Vector128<short> products)
    {
        var pairs = products.AsInt32();
        return ((pairs << 16) >> 16) + (pairs >> 16);
    }
}
