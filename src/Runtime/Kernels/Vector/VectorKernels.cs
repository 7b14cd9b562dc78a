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
        scale = Quantize(x, columns, values, scale, out var start);
        return new PreparedVector(values, Padded(columns), start, scale);
    }

    private static float Quantize(float* x, nint length, sbyte* q, float scale)
    {
        var inverse = 1f / scale;
        if (scale == 0f && !TryScale(LargestMagnitude(x, length), out scale, out inverse))
        {
            new Span<sbyte>(q, (int)Padded(length)).Clear();
            return 0f;
        }

        Codes(x, length, inverse, q, TLanes.Zero);
        Pad(q, length);
        return scale;
    }

    /// <summary>The same in the form of the products.</summary>
    /// <param name="start">Where the sums start.</param>
    private static float Quantize(float* x, nint columns, sbyte* values, float scale, out int start)
    {
        var length = Padded(columns);
        var inverse = 1f / scale;
        if (scale == 0f && !TryScale(LargestMagnitude(x, columns), out scale, out inverse))
        {
            start = ZeroCodes(values, length);
            return scale;
        }

        var sum = Codes(x, columns, inverse, values, TLanes.Zero);
        Pad(values, columns);
        start = Start(values, length, sum);
        return scale;
    }

    // A call, so that no register has to live across the one in it: registers of this size are saved at every call.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ZeroCodes(sbyte* values, nint length)
    {
        new Span<sbyte>(values, (int)length).Clear();
        return Start(values, length, TLanes.Zero);
    }

    /// <summary>As <see cref="PackedLayout.PadColumnsS8"/>, of a length that memory has already been given for.</summary>
    private static nint Padded(nint columns) => (columns + (PackedLayout.ColumnAlignment - 1)) & -PackedLayout.ColumnAlignment;

    /// <summary>Zeros behind a vector's codes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pad(sbyte* q, nint length)
    {
        for (var i = (length + TLanes.Count - 1) & -TLanes.Count; i < Padded(length); i += TLanes.Count)
            TLanes.StoreLowBytes(TLanes.Zero, q + i);
    }

    /// <summary>False where all codes are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryScale(float largest, out float scale, out float inverse)
    {
        scale = largest / 127f;
        inverse = 127f / largest;
        if (largest >= SmallestMagnitude)
            return true;
        scale = inverse = 0f;
        return false;
    }

    /// <summary>Writes the codes of neighbouring elements, in whole registers.</summary>
    /// <param name="sum">To which the codes are added, where the products start from that.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Codes(float* x, nint length, float inverse, sbyte* q, TLanes sum)
    {
        var factor = TLanes.Create(inverse);
        nint i = 0;
        for (; i <= length - TLanes.Count; i += TLanes.Count)
            sum = Put(TLanes.Load(x + i) * factor, q + i, sum);
        return i < length ? Put(TLanes.LoadFirst(x + i, length - i, TLanes.Zero) * factor, q + i, sum) : sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Put(TLanes scaled, sbyte* q, TLanes sum)
    {
        var rounded = Round(scaled);
        TLanes.StoreLowBytes(rounded, q);
        return TDot.StartsFromSum ? sum + (rounded - TLanes.Create(ElementMath.RoundingMagic)) : sum;
    }

    /// <summary>Where the sums of a vector start.</summary>
    /// <param name="sum">Of its codes: whole numbers, exact up to 2²⁴.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Start(sbyte* values, nint length, TLanes sum) => TDot.StartsFromSum && length <= (1 << 24) / 128
        ? TDot.StartFromSum((int)TLanes.Total(sum))
        : TDot.Prepare(values, values + length, length);

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
