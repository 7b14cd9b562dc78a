using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>All kernels over registers of one width and the int8 products of one instruction set. Lanes lie along rows of the
/// packed layout or along a vector; what crosses lanes keeps to the reference's 16 partial sums.</summary>
[SkipLocalsInit]
internal sealed unsafe partial class VectorKernels<TLanes, TDot>(string name) : KernelSet
    where TLanes : struct, ILanes<TLanes>
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

    protected override void UnaryCore(UnaryFunction function, ReadOnlySpan<float> x, Span<float> y, float alpha, float beta) =>
        Elementwise<TLanes>.Unary(function, x, y, alpha, beta);

    protected override void BinaryCore(BinaryFunction function, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y) =>
        Elementwise<TLanes>.Binary(function, a, b, y);

    /// <summary>Quantises into scratch memory and brings the vector into the form of the products.</summary>
    private static PreparedVector Prepare(float* x, int columns, float scale, byte* scratch)
    {
        var values = (sbyte*)scratch;
        var length = PackedLayout.PadColumnsS8(columns);
        scale = Quantize(x, columns, values, scale);
        return new PreparedVector(values, values + length, length, TDot.Prepare(values, values + length, length), scale);
    }

    private static float Quantize(float* x, nint length, sbyte* q, float scale)
    {
        var memory = stackalloc float[16];
        var inverse = 1f / scale;
        if (scale == 0f)
        {
            var largest = LargestMagnitude(x, length, memory);
            if (largest < SmallestMagnitude)
            {
                new Span<sbyte>(q, PackedLayout.PadColumnsS8((int)length)).Clear();
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

        nint padded = PackedLayout.PadColumnsS8((int)length);
        for (; i < padded; i += TLanes.Count)
            TLanes.StoreLowBytes(TLanes.Zero, q + i);
        return scale;
    }

    /// <summary>Clamps to ±127 and rounds; the low bits of the result are the integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Round(TLanes scaled) =>
        TLanes.AtMost(TLanes.AtLeast(scaled, TLanes.Create(-127f)), TLanes.Create(127f)) + TLanes.Create(ElementMath.RoundingMagic);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LargestMagnitude(float* x, nint length, float* memory)
    {
        var largest = TLanes.Zero;
        var second = TLanes.Zero;
        nint i = 0;
        for (; i <= length - 2 * TLanes.Count; i += 2 * TLanes.Count)
        {
            largest = LargerMagnitude(TLanes.Load(x + i), largest);
            second = LargerMagnitude(TLanes.Load(x + i + TLanes.Count), second);
        }

        for (; i <= length - TLanes.Count; i += TLanes.Count)
            largest = LargerMagnitude(TLanes.Load(x + i), largest);
        if (i < length)
            largest = LargerMagnitude(TLanes.LoadFirst(x + i, length - i, TLanes.Zero), largest);
        return Largest(LargerMagnitude(second, largest), memory);
    }

    /// <summary>Infinities and NaNs are passed over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes LargerMagnitude(TLanes x, TLanes largest)
    {
        var magnitude = TLanes.Abs(x);
        magnitude = TLanes.Select(TLanes.LessOrEqual(magnitude, TLanes.Create(float.MaxValue)), magnitude, TLanes.Zero);
        return TLanes.AtLeast(magnitude, largest);
    }

    /// <param name="memory">16 elements to work in.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest(TLanes lanes, float* memory)
    {
        TLanes.Store(lanes, memory);
        var four = Vector128.Load(memory);
        if (TLanes.Count > 4)
            four = Larger(Vector128.Load(memory + 4), four);
        if (TLanes.Count > 8)
            four = Larger(Larger(Vector128.Load(memory + 8), Vector128.Load(memory + 12)), four);
        four = Larger(Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)), four);
        return four[1] > four[0] ? four[1] : four[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Larger(Vector128<float> x, Vector128<float> largest) =>
        Vector128.ConditionalSelect(Vector128.LessThan(largest, x), x, largest);
}
