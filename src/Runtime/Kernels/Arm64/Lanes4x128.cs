using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using EdgeSeq.Runtime.Kernels.Portable;
using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.Arm64;

/// <summary>Sixteen lanes in four registers; needs NEON. Every operation is four independent instructions, so that a processor which
/// issues them in the compiler's order waits less for the results of long chains. The 32 registers hold eight values.</summary>
internal readonly struct Lanes4x128 : IWideLanes<Lanes4x128>
{
    private readonly Vector128<float> _v0;
    private readonly Vector128<float> _v1;
    private readonly Vector128<float> _v2;
    private readonly Vector128<float> _v3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes4x128(Vector128<float> v0, Vector128<float> v1, Vector128<float> v2, Vector128<float> v3)
    {
        _v0 = v0;
        _v1 = v1;
        _v2 = v2;
        _v3 = v3;
    }

    public static int Count => 16;

    public static bool SplitsRationals => true;

    public static int RowRegisters => 1;

    public static Lanes4x128 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => All(Vector128<float>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 operator +(Lanes4x128 a, Lanes4x128 b) => new(a._v0 + b._v0, a._v1 + b._v1, a._v2 + b._v2, a._v3 + b._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 operator -(Lanes4x128 a, Lanes4x128 b) => new(a._v0 - b._v0, a._v1 - b._v1, a._v2 - b._v2, a._v3 - b._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 operator *(Lanes4x128 a, Lanes4x128 b) => new(a._v0 * b._v0, a._v1 * b._v1, a._v2 * b._v2, a._v3 * b._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 operator /(Lanes4x128 a, Lanes4x128 b) => new(a._v0 / b._v0, a._v1 / b._v1, a._v2 / b._v2, a._v3 / b._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 Create(float value) => All(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Lanes4x128 Load(float* source) =>
        new(Vector128.Load(source), Vector128.Load(source + 4), Vector128.Load(source + 8), Vector128.Load(source + 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Lanes4x128 LoadRow(float* rows, [ConstantExpected] int row) =>
        new(Vector128.Load(rows + 16 * row), Vector128.Load(rows + (16 * row + 4)), Vector128.Load(rows + (16 * row + 8)),
        Vector128.Load(rows + (16 * row + 12)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Lanes4x128 value, float* target)
    {
        value._v0.Store(target);
        value._v1.Store(target + 4);
        value._v2.Store(target + 8);
        value._v3.Store(target + 12);
    }

    public static unsafe void Dot(float* w, nint stride, nint tiles, float* x, nint columns, float* sums) =>
        NeonRows.Dot(w, stride, tiles, x, columns, sums);

    public static unsafe Lanes4x128 LoadFirst(float* source, nint count, Lanes4x128 rest)
    {
        var lanes = stackalloc float[16];
        Store(rest, lanes);
        CopyFirst(source, Math.Min(count, Count), lanes);
        return Load(lanes);
    }

    public static unsafe void StoreFirst(Lanes4x128 value, float* target, nint count)
    {
        var lanes = stackalloc float[16];
        Store(value, lanes);
        CopyFirst(lanes, Math.Min(count, Count), target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Lanes4x128 LoadInt32(int* source) => ConvertBits(Load((float*)source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StoreLowBytes(Lanes4x128 pattern, sbyte* target) =>
        Vector128.Narrow(LowShorts(pattern._v0, pattern._v1), LowShorts(pattern._v2, pattern._v3)).Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StoreLowShorts(Lanes4x128 pattern, short* target)
    {
        LowShorts(pattern._v0, pattern._v1).Store(target);
        LowShorts(pattern._v2, pattern._v3).Store(target + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 Fma(Lanes4x128 a, Lanes4x128 b, Lanes4x128 c) =>
        new(Fma(a._v0, b._v0, c._v0), Fma(a._v1, b._v1, c._v1), Fma(a._v2, b._v2, c._v2), Fma(a._v3, b._v3, c._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 Sqrt(Lanes4x128 a) =>
    new(Vector128.Sqrt(a._v0), Vector128.Sqrt(a._v1), Vector128.Sqrt(a._v2), Vector128.Sqrt(a._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 Floor(Lanes4x128 a) =>
        new(Vector128.Floor(a._v0), Vector128.Floor(a._v1), Vector128.Floor(a._v2), Vector128.Floor(a._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 Ceiling(Lanes4x128 a) =>
        new(Vector128.Ceiling(a._v0), Vector128.Ceiling(a._v1), Vector128.Ceiling(a._v2), Vector128.Ceiling(a._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 Round(Lanes4x128 a) =>
        new(Vector128.Round(a._v0), Vector128.Round(a._v1), Vector128.Round(a._v2), Vector128.Round(a._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 Negate(Lanes4x128 a) => new(-a._v0, -a._v1, -a._v2, -a._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 Abs(Lanes4x128 a) =>
    new(Vector128.Abs(a._v0), Vector128.Abs(a._v1), Vector128.Abs(a._v2), Vector128.Abs(a._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 AtLeast(Lanes4x128 a, Lanes4x128 low) =>
        new(AdvSimd.MaxNumber(a._v0, low._v0), AdvSimd.MaxNumber(a._v1, low._v1),
            AdvSimd.MaxNumber(a._v2, low._v2), AdvSimd.MaxNumber(a._v3, low._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 AtMost(Lanes4x128 a, Lanes4x128 high) =>
        new(AdvSimd.MinNumber(a._v0, high._v0), AdvSimd.MinNumber(a._v1, high._v1),
            AdvSimd.MinNumber(a._v2, high._v2), AdvSimd.MinNumber(a._v3, high._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Total(Lanes4x128 a) => Lanes128.Total(new Lanes128(a._v0 + a._v2 + (a._v1 + a._v3)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes4x128 a) => Lanes128.Largest(
        Lanes128.AtLeast(Lanes128.AtLeast(new(a._v0), new(a._v1)), Lanes128.AtLeast(new(a._v2), new(a._v3))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 Less(Lanes4x128 a, Lanes4x128 b) =>
        new(Vector128.LessThan(a._v0, b._v0), Vector128.LessThan(a._v1, b._v1),
            Vector128.LessThan(a._v2, b._v2), Vector128.LessThan(a._v3, b._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 LessOrEqual(Lanes4x128 a, Lanes4x128 b) =>
        new(Vector128.LessThanOrEqual(a._v0, b._v0), Vector128.LessThanOrEqual(a._v1, b._v1),
            Vector128.LessThanOrEqual(a._v2, b._v2), Vector128.LessThanOrEqual(a._v3, b._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 Equal(Lanes4x128 a, Lanes4x128 b) =>
        new(Vector128.Equals(a._v0, b._v0), Vector128.Equals(a._v1, b._v1),
            Vector128.Equals(a._v2, b._v2), Vector128.Equals(a._v3, b._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 Select(Lanes4x128 mask, Lanes4x128 a, Lanes4x128 b) =>
        new(Vector128.ConditionalSelect(mask._v0, a._v0, b._v0), Vector128.ConditionalSelect(mask._v1, a._v1, b._v1),
            Vector128.ConditionalSelect(mask._v2, a._v2, b._v2), Vector128.ConditionalSelect(mask._v3, a._v3, b._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 And(Lanes4x128 a, Lanes4x128 b) => new(a._v0 & b._v0, a._v1 & b._v1, a._v2 & b._v2, a._v3 & b._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 Or(Lanes4x128 a, Lanes4x128 b) => new(a._v0 | b._v0, a._v1 | b._v1, a._v2 | b._v2, a._v3 | b._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 AddBits(Lanes4x128 a, Lanes4x128 b) =>
        new(AddBits(a._v0, b._v0), AddBits(a._v1, b._v1), AddBits(a._v2, b._v2), AddBits(a._v3, b._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 SubtractBits(Lanes4x128 a, Lanes4x128 b) =>
        new(SubtractBits(a._v0, b._v0), SubtractBits(a._v1, b._v1), SubtractBits(a._v2, b._v2), SubtractBits(a._v3, b._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 ShiftLeft(Lanes4x128 a, int count) =>
        new((a._v0.AsInt32() << count).AsSingle(), (a._v1.AsInt32() << count).AsSingle(),
            (a._v2.AsInt32() << count).AsSingle(), (a._v3.AsInt32() << count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 ShiftRight(Lanes4x128 a, int count) =>
        new((a._v0.AsInt32() >> count).AsSingle(), (a._v1.AsInt32() >> count).AsSingle(),
            (a._v2.AsInt32() >> count).AsSingle(), (a._v3.AsInt32() >> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4x128 ConvertBits(Lanes4x128 a) =>
        new(Converted(a._v0), Converted(a._v1), Converted(a._v2), Converted(a._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes4x128 All(Vector128<float> v) => new(v, v, v, v);

    private static unsafe void CopyFirst(float* source, nint count, float* target)
    {
        nint i = 0;
        for (; i <= count - 4; i += 4)
            Vector128.Load(source + i).Store(target + i);
        for (; i < count; i++)
            target[i] = source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Fma(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> AddBits(Vector128<float> a, Vector128<float> b) => (a.AsInt32() + b.AsInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> SubtractBits(Vector128<float> a, Vector128<float> b) => (a.AsInt32() - b.AsInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Converted(Vector128<float> bits) => Vector128.ConvertToSingle(bits.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> LowShorts(Vector128<float> first, Vector128<float> second) =>
    Vector128.Narrow(first.AsInt32(), second.AsInt32());
}
