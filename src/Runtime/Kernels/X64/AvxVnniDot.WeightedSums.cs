namespace EdgeSeq.Runtime.Kernels.X64;

internal readonly unsafe partial struct AvxVnniDot
{
    public static void WeightedSums(sbyte* values, nint stride, nint tiles, short* weights, nint tokens, int* sums) =>
        Avx2Dot.WeightedSums(values, stride, tiles, weights, tokens, sums);
}
