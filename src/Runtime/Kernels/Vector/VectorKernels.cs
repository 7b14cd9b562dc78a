using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>All kernels over registers of one width and the int8 products of one instruction set. Lanes lie along rows of the
/// packed layout or along a vector; what crosses lanes keeps to the reference's 16 partial sums.</summary>
[SkipLocalsInit]
internal sealed unsafe partial class VectorKernels<TLanes, TDot>(string name) : KernelSet
    where TLanes : struct, IWideLanes<TLanes>
    where TDot : struct, IDotS8
{
    private const int TileRows = PackedLayout.TileRows;
    private const float SmallestMagnitude = 7.8886091e-31f;

    public override string Name => name;

    protected override float QuantizeS8Core(ReadOnlySpan<float> x, Span<sbyte> q, float scale)
    {
        fixed (float* source = x)
        fixed (sbyte* target = q)
            return Quantize(source, x.Length, target, scale);
    }

    protected override void UnaryCore(UnaryFunction function, ReadOnlySpan<float> x, Span<float> y, float alpha, float beta)
    {
        if (!TLanes.SplitsRationals || !UnaryByRational(function, x, y))
            Elementwise<TLanes>.Unary(function, x, y, alpha, beta);
    }

    protected override void BinaryCore(BinaryFunction function, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y) =>
        Elementwise<TLanes>.Binary(function, a, b, y);

    /// <summary>Quantises into scratch memory and brings the vector into the form of the products.</summary>
    private static PreparedVector Prepare(float* x, nint columns, float scale, byte* scratch)
    {
        var values = (sbyte*)scratch;
        var length = Padded(columns);
        scale = Quantize(x, columns, values, scale);
        return new PreparedVector(values, length, TDot.Prepare(values, values + length, length), scale);
    }

    private static PreparedVector Prepare(in PatchesF32 x, nint vector, float scale, sbyte* values)
    {
        var start = x.Start(vector);
        var length = Padded(x.Columns);
        scale = x.RunCount == 1 ? Quantize(start + x.Run(0), x.Columns, values, scale) : QuantizeRuns(x, start, values, scale);
        return new PreparedVector(values, length, TDot.Prepare(values, values + length, length), scale);
    }

    /// <summary>As <see cref="Quantize"/>, the runs one behind the other.</summary>
    private static float QuantizeRuns(in PatchesF32 x, float* start, sbyte* q, float scale)
    {
        float inverse;
        if (scale != 0f)
        {
            inverse = 1f / scale;
        }
        else
        {
            var largest = LargestMagnitude(x, start);
            if (largest < SmallestMagnitude)
            {
                new Span<sbyte>(q, (int)Padded(x.Columns)).Clear();
                return 0f;
            }

            scale = largest / 127f;
            inverse = 127f / largest;
        }

        var factor = TLanes.Create(inverse);
        nint i = 0;
        // Whole registers are stored: what they write behind a run, the next one or the padding replaces.
        for (nint run = 0; run < x.RunCount; run++, i += x.RunLength)
        {
            var source = start + x.Run(run);
            nint at = 0;
            for (; at <= x.RunLength - TLanes.Count; at += TLanes.Count)
                TLanes.StoreLowBytes(Round(TLanes.Load(source + at) * factor), q + i + at);
            if (at < x.RunLength)
                TLanes.StoreLowBytes(Round(TLanes.LoadFirst(source + at, x.RunLength - at, TLanes.Zero) * factor), q + i + at);
        }

        for (var padded = Padded(i); i < padded; i += TLanes.Count)
            TLanes.StoreLowBytes(TLanes.Zero, q + i);
        return scale;
    }

    /// <summary>Of all runs.</summary>
    private static float LargestMagnitude(in PatchesF32 x, float* start)
    {
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
        if (magnitude <= float.MaxValue)
            return magnitude;
        magnitude = 0f;
        for (nint run = 0; run < x.RunCount; run++)
            magnitude = MathF.Max(magnitude, LargestFiniteMagnitude(start + x.Run(run), x.RunLength));
        return magnitude;
    }

    private static float Quantize(float* x, nint length, sbyte* q, float scale)
    {
        float inverse;
        if (scale != 0f)
        {
            inverse = 1f / scale;
        }
        else
        {
            var largest = LargestMagnitude(x, length);
            if (largest < SmallestMagnitude)
            {
                new Span<sbyte>(q, (int)Padded(length)).Clear();
                return 0f;
            }

            scale = largest / 127f;
            inverse = 127f / largest;
        }

        var factor = TLanes.Create(inverse);
        nint i = 0;
        for (; i <= length - TLanes.Count; i += TLanes.Count)
            TLanes.StoreLowBytes(Round(TLanes.Load(x + i) * factor), q + i);
        if (i < length)
        {
            TLanes.StoreLowBytes(Round(TLanes.LoadFirst(x + i, length - i, TLanes.Zero) * factor), q + i);
            i += TLanes.Count;
        }

        for (var padded = Padded(length); i < padded; i += TLanes.Count)
            TLanes.StoreLowBytes(TLanes.Zero, q + i);
        return scale;
    }

    /// <summary>As <see cref="PackedLayout.PadColumnsS8"/>, of a length that memory has already been given for.</summary>
    private static nint Padded(nint columns) => (columns + (PackedLayout.ColumnAlignment - 1)) & -PackedLayout.ColumnAlignment;

    /// <summary>Clamps to ±127 and rounds; the low bits of the result are the integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Round(TLanes scaled) =>
        TLanes.AtMost(TLanes.AtLeast(scaled, TLanes.Create(-127f)), TLanes.Create(127f)) + TLanes.Create(ElementMath.RoundingMagic);

    /// <summary>NaNs are passed over, as <see cref="ILanes{TSelf}.AtLeast"/> does, and infinities where there are any. No magnitude is
    /// -0, so that 0 may be a lower bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LargestMagnitude(float* x, nint length)
    {
        var largest = TLanes.Zero;
        var second = TLanes.Zero;
        nint i = 0;
        for (; i <= length - 2 * TLanes.Count; i += 2 * TLanes.Count)
        {
            largest = TLanes.AtLeast(TLanes.Abs(TLanes.Load(x + i)), largest);
            second = TLanes.AtLeast(TLanes.Abs(TLanes.Load(x + i + TLanes.Count)), second);
        }

        for (; i < length; i += TLanes.Count)
            largest = TLanes.AtLeast(TLanes.Abs(LoadUpTo(x + i, length - i)), largest);
        var magnitude = TLanes.Largest(TLanes.AtLeast(second, largest));
        return magnitude <= float.MaxValue ? magnitude : LargestFiniteMagnitude(x, length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float LargestFiniteMagnitude(float* x, nint length)
    {
        var largest = 0f;
        for (nint i = 0; i < length; i++)
        {
            var magnitude = MathF.Abs(x[i]);
            if (magnitude > largest && magnitude <= float.MaxValue)
                largest = magnitude;
        }

        return largest;
    }
}
