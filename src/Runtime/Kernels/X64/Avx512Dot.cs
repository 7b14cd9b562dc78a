using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.X64;

/// <summary>One register holds 16 rows × 4 columns. See <see cref="SignSplit"/> for how signs keep the products exact.</summary>
internal readonly unsafe struct Avx512Dot : IDotS8
{
    public static int Prepare(sbyte* values, sbyte* signs, nint length) => SignSplit.Prepare(values, signs, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Dot(sbyte* w, nint stride, nint tiles, in PreparedVector x, int* sums)
    {
        for (; tiles >= 4; tiles -= 4, w += 4 * stride, sums += 64)
            Four(w, stride, x, sums);
        for (; tiles > 0; tiles--, w += stride, sums += 16)
            One(w, x, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(sbyte* w, nint stride, in PreparedVector x, int* sums)
    {
        var ones = Vector512.Create((short)1);
        var sum0 = Vector512.Create(x.Correction);
        var sum1 = sum0;
        var sum2 = sum0;
        var sum3 = sum0;
        var values = x.Values;
        var signs = x.Signs;
        var w2 = w + 2 * stride;
        for (var end = values + x.Length; values < end; values += 4, signs += 4, w += 64, w2 += 64)
        {
            var magnitude = Vector512.Create(*(int*)values).AsByte();
            var sign = Vector512.Create(*(int*)signs).AsSByte();
            sum0 += Products(magnitude, sign, w, ones);
            sum1 += Products(magnitude, sign, w + stride, ones);
            sum2 += Products(magnitude, sign, w2, ones);
            sum3 += Products(magnitude, sign, w2 + stride, ones);
        }

        sum0.Store(sums);
        sum1.Store(sums + 16);
        sum2.Store(sums + 32);
        sum3.Store(sums + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One(sbyte* w, in PreparedVector x, int* sums)
    {
        var ones = Vector512.Create((short)1);
        var sum0 = Vector512.Create(x.Correction);
        var sum1 = Vector512<int>.Zero;
        var values = x.Values;
        var signs = x.Signs;
        for (var end = values + x.Length; values < end; values += 8, signs += 8, w += 128)
        {
            sum0 += Products(Vector512.Create(*(int*)values).AsByte(), Vector512.Create(*(int*)signs).AsSByte(), w, ones);
            sum1 += Products(Vector512.Create(*(int*)(values + 4)).AsByte(), Vector512.Create(*(int*)(signs + 4)).AsSByte(), w + 64, ones);
        }

        (sum0 + sum1).Store(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Products(Vector512<byte> magnitude, Vector512<sbyte> sign, sbyte* w, Vector512<short> ones) =>
        Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(magnitude, Vector512.Load(w) ^ sign), ones);
}
