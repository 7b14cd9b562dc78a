using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Float sums by 16 partial sums, in one, two or four registers. The partial sums are local variables, since as fields of
/// a struct they would live in memory.</summary>
/// <remarks>The conditions ask for the size of a register, which the compiler knows before it inlines anything: what belongs to registers
/// of other sizes would otherwise use up what it allows itself to inline in a method.</remarks>
internal static unsafe class SixteenSums<TLanes>
    where TLanes : struct, IWideLanes<TLanes>
{
    /// <summary>Sums <paramref name="length"/> terms: term i goes to partial sum i mod 16, in order.</summary>
    public static float Of<TTerms>(TTerms terms, nint length)
        where TTerms : struct, ITerms<TLanes>
    {
        var sum0 = TLanes.Zero;
        var sum1 = TLanes.Zero;
        var sum2 = TLanes.Zero;
        var sum3 = TLanes.Zero;
        nint i = 0;
        for (; i <= length - 16; i += 16)
        {
            sum0 = terms.Add(i, sum0);
            if (Unsafe.SizeOf<TLanes>() <= 8 * sizeof(float))
                sum1 = terms.Add(i + TLanes.Count, sum1);
            if (Unsafe.SizeOf<TLanes>() <= 4 * sizeof(float))
            {
                sum2 = terms.Add(i + 2 * TLanes.Count, sum2);
                sum3 = terms.Add(i + 3 * TLanes.Count, sum3);
            }
        }

        return i < length ? TotalWithRest(terms, i, length, sum0, sum1, sum2, sum3) : Total(sum0, sum1, sum2, sum3);
    }

    /// <summary>By the tree: its halves of 8, and of 4 where a register has no more, then the lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Total(TLanes sum0, TLanes sum1, TLanes sum2, TLanes sum3)
    {
        if (Unsafe.SizeOf<TLanes>() <= 4 * sizeof(float))
        {
            sum0 += sum2;
            sum1 += sum3;
        }

        if (Unsafe.SizeOf<TLanes>() <= 8 * sizeof(float))
            sum0 += sum1;
        return TLanes.Total(sum0);
    }

    // Apart: what it calls would keep the loop's sums in memory.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float TotalWithRest<TTerms>(TTerms terms, nint i, nint length, TLanes sum0, TLanes sum1, TLanes sum2, TLanes sum3)
        where TTerms : struct, ITerms<TLanes>
    {
        sum0 = Rest(terms, i, length, sum0);
        if (Unsafe.SizeOf<TLanes>() <= 8 * sizeof(float))
            sum1 = Rest(terms, i + TLanes.Count, length, sum1);
        if (Unsafe.SizeOf<TLanes>() <= 4 * sizeof(float))
        {
            sum2 = Rest(terms, i + 2 * TLanes.Count, length, sum2);
            sum3 = Rest(terms, i + 3 * TLanes.Count, length, sum3);
        }

        return Total(sum0, sum1, sum2, sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Rest<TTerms>(TTerms terms, nint at, nint length, TLanes sum)
        where TTerms : struct, ITerms<TLanes>
        => at <= length - TLanes.Count ? terms.Add(at, sum) : at < length ? terms.AddFirst(at, length - at, sum) : sum;
}
