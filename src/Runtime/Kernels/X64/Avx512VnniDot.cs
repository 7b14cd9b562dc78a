using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EdgeSeq.Runtime.Kernels.Vector;
using EdgeSeq.Runtime.Kernels.X64.MachineCode;

namespace EdgeSeq.Runtime.Kernels.X64;

/// <summary>See <see cref="Avx512VnniCode"/>, and <see cref="TileLoops"/> for how the products stay exact.</summary>
internal readonly unsafe struct Avx512VnniDot : IDotS8
{
    private const int NearestCache = 32 * 1024;

    /// <summary>-128·Σ values, in 32 bits that wrap around as the sums do; the values stay as they are.</summary>
    public static int Prepare(sbyte* values, sbyte* signs, nint length)
    {
        var sums = Vector128<long>.Zero;
        for (nint i = 0; i < length; i += 16)
        {
            sums += Sse2.SumAbsoluteDifferences((Vector128.Load(values + i) ^ Vector128.Create(sbyte.MinValue)).AsByte(),
                Vector128<byte>.Zero).AsInt64();
        }

        return (int)(128 * (128 * length - Vector128.Sum(sums)));
    }

    /// <summary>Four tiles side by side where loads of x count, which they share; from beyond the nearest cache one after another, as one
    /// stream. Measured on Zen 5: four streams take 1.97 of the read floor in LSTM 256 to 256 and 1.63 in 64 to 128, one takes 1.19 and
    /// 1.33. On Zen 4 both ways take the same time there, and in 9 to 64, in the nearest cache, one takes 15 % more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Dot(sbyte* w, nint stride, nint tiles, in PreparedVector x, int* sums)
    {
        var together = x.WeightBytes <= NearestCache ? tiles & ~3 : 0;
        if (together > 0)
            Avx512VnniCode.FourTileProducts(w, stride, together, x.Values, x.Length, sums, x.Correction);
        if (together < tiles)
        {
            Avx512VnniCode.OneTileProducts(w + together * stride, stride, tiles - together, x.Values, x.Length,
                sums + together * PackedLayout.TileRows, x.Correction);
        }
    }

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

    /// <summary>Few units where products wait for the second cache: while the gates of a chunk wait for each other's results, the
    /// processor reads the next chunk's weights. Measured: LSTM and GRU 64 to 128 take 3 and 5 % less time so. Weights from the nearest
    /// cache, which keep the multipliers busy, and weights from beyond want few calls.</summary>
    public static nint UnitsPerChunk(long weightBytes)
    {
        const int SecondCache = 256 * 1024;
        return weightBytes is > NearestCache and <= SecondCache ? 2 * PackedLayout.TileRows : KernelScratch.RecurrentChunk;
    }
}
