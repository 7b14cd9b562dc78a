using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Many vectors at once: what one waits for hides behind the others' work.</summary>
internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    private static void Quantize(in PatchesF32 x, nint vectors, float scale, in PreparedVectors prepared)
    {
        var done = scale == 0f ? QuantizeFours(x, vectors, prepared, shifted: false) : 0;
        if (done < vectors)
            Quantize(x, done, vectors, scale, prepared);
    }

    /// <summary>From some vector on, up to another.</summary>
    private static void Quantize(in PatchesF32 x, nint from, nint to, float scale, in PreparedVectors prepared)
    {
        if (scale == 0f)
            FindScales(x, from, to, prepared);
        for (var vector = from; vector < to; vector++)
        {
            if (scale != 0f)
                prepared.KeepScale(vector, scale, 1f / scale);
            var values = prepared.Values(vector);
            var inverse = prepared.Inverse(vector);
            if (inverse == 0f)
            {
                prepared.KeepStart(vector, ZeroCodes(values, prepared.Length));
                continue;
            }

            var sum = x.RunCount == 1
                ? Codes(x.Start(vector) + x.Run(0), x.RunLength, inverse, values, TLanes.Zero)
                : CodesOfRuns(x, x.Start(vector), inverse, values);
            // The last of several runs may end anywhere in a register.
            for (var i = x.Columns; i < prepared.Length; i += TLanes.Count)
                TLanes.StoreLowBytes(TLanes.Zero, values + i);
            prepared.KeepStart(vector, Start(values, prepared.Length, sum));
        }
    }

    /// <summary>Four vectors at a time, where the instruction set does that.</summary>
    /// <returns>How many are done.</returns>
    private static nint QuantizeFours(in PatchesF32 x, nint vectors, in PreparedVectors prepared, bool shifted)
    {
        const int Four = 4;
        Unsafe.SkipInit(out FourVectors four);
        var only = 0;
        four.Runs = x.Runs == null ? &only : x.Runs;
        four.RunsEnd = four.Runs + x.RunCount;
        four.Stride = prepared.Stride;
        nint first = 0;
        for (; first <= vectors - Four; first += Four)
        {
            four.First = x.Start(first);
            four.Second = x.Start(first + 1);
            four.Third = x.Start(first + 2);
            four.Fourth = x.Start(first + 3);
            four.Headers = prepared.Header(first);
            four.LastCodes = prepared.Values(first) + prepared.Length - PackedLayout.ColumnAlignment;
            if (!TDot.QuantizeFour(ref four, x.RunLength, shifted))
                return first;
            if (prepared.HasFiniteScales(first, Four))
                continue;
            if (shifted)
                QuantizeShifted(x, first, first + Four, prepared);
            else
                Quantize(x, first, first + Four, 0f, prepared);
        }

        return first;
    }

    private static void FindScales(in PatchesF32 x, nint from, nint to, in PreparedVectors prepared)
    {
        for (var vector = from; vector < to; vector++)
            prepared.KeepScale(vector, LargestMagnitude(x, x.Start(vector)), 0f);
        for (var vector = from; vector < to; vector++)
        {
            TryScale(prepared.Scale(vector), out var scale, out var inverse);
            prepared.KeepScale(vector, scale, inverse);
        }
    }

    /// <summary>The runs one behind the other: what whole registers write behind a run, the next one or the padding replaces.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes CodesOfRuns(in PatchesF32 x, float* start, float inverse, sbyte* values)
    {
        var sum = TLanes.Zero;
        for (nint run = 0; run < x.RunCount; run++, values += x.RunLength)
            sum = Codes(start + x.Run(run), x.RunLength, inverse, values, sum);
        return sum;
    }

    /// <summary>Of all runs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LargestMagnitude(in PatchesF32 x, float* start)
    {
        if (x.RunCount == 1)
            return LargestMagnitude(start + x.Run(0), x.RunLength);
        var largest = TLanes.Zero;
        for (nint run = 0; run < x.RunCount; run++)
        {
            var source = start + x.Run(run);
            nint at = 0;
            for (; at <= x.RunLength - TLanes.Count; at += TLanes.Count)
                largest = TLanes.AtLeast(TLanes.Abs(TLanes.Load(source + at)), largest);
            if (at < x.RunLength)
                largest = TLanes.AtLeast(TLanes.Abs(TLanes.LoadFirst(source + at, x.RunLength - at, TLanes.Zero)), largest);
        }

        var magnitude = TLanes.Largest(largest);
        return magnitude <= float.MaxValue ? magnitude : LargestFiniteMagnitude(x, start);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float LargestFiniteMagnitude(in PatchesF32 x, float* start)
    {
        var magnitude = 0f;
        for (nint run = 0; run < x.RunCount; run++)
            magnitude = MathF.Max(magnitude, LargestFiniteMagnitude(start + x.Run(run), x.RunLength));
        return magnitude;
    }
}
