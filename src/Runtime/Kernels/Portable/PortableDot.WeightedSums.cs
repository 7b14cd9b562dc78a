using System.Runtime.Intrinsics;

namespace EdgeSeq.Runtime.Kernels.Portable;

internal readonly unsafe partial struct PortableDot
{
    public static void WeightedSums(sbyte* values, nint stride, nint tiles, short* weights, nint tokens, int* sums)
    {
        for (; tiles > 0; tiles--, values += stride, sums += 16)
        {
            for (var row = 0; row < PackedLayout.TileRows; row++)
                sums[row] = Row(values + row * PackedLayout.GroupColumns, weights, tokens);
        }
    }

    /// <summary>Four sums, one for each token modulo 4.</summary>
    private static int Row(sbyte* values, short* weights, nint tokens)
    {
        var sum = Vector128<int>.Zero;
        for (var end = weights + tokens; weights < end; weights += PackedLayout.GroupColumns,
            values += PackedLayout.TileRows * PackedLayout.GroupColumns)
        {
            var four = Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(int*)values).AsSByte()));
            sum += four * Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)weights).AsInt16());
        }

        return Vector128.Sum(sum);
    }
}
