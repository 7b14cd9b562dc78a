using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.Portable;

/// <summary>Four lanes.</summary>
internal readonly struct Lanes128 : IWideLanes<Lanes128>
{
    private readonly Vector128<float> _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes128(Vector128<float> v) => _v = v;

    public static int Count => 4;

    public static Lanes128 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector128<float>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 a, Lanes128 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 a, Lanes128 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 a, Lanes128 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 a, Lanes128 b) => new(a._v / b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Lanes128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Lanes128 LoadRow(float* rows, [ConstantExpected] int row) => Load(rows + 16 * row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Store(Lanes128 value, float* target) => value._v.Store(target);

    public static unsafe Lanes128 LoadFirst(float* source, nint count, Lanes128 rest)
    {
        var lanes = rest._v;
        for (var i = 0; i < count && i < Count; i++)
            lanes = lanes.WithElement(i, source[i]);
        return new(lanes);
    }

    public static unsafe void StoreFirst(Lanes128 value, float* target, nint count)
    {
        for (var i = 0; i < count && i < Count; i++)
            target[i] = value._v[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Lanes128 LoadInt32(int* source) => new(Vector128.ConvertToSingle(Vector128.Load(source)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StoreLowBytes(Lanes128 pattern, sbyte* target)
    {
        var words = Vector128.Narrow(pattern._v.AsInt32(), Vector128<int>.Zero);
        var bytes = Vector128.Narrow(words, Vector128<short>.Zero);
        Unsafe.WriteUnaligned(target, bytes.AsInt32().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StoreLowShorts(Lanes128 pattern, short* target) =>
        Unsafe.WriteUnaligned(target, Vector128.Narrow(pattern._v.AsInt32(), Vector128<int>.Zero).AsInt64().ToScalar());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Fma(Lanes128 a, Lanes128 b, Lanes128 c) => new(Vector128.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Sqrt(Lanes128 a) => new(Vector128.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Floor(Lanes128 a) => new(Vector128.Floor(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Ceiling(Lanes128 a) => new(Vector128.Ceiling(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Round(Lanes128 a) => new(Vector128.Round(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Negate(Lanes128 a) => new(a._v ^ Vector128.Create(-0f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Abs(Lanes128 a) => new(Vector128.Abs(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 AtLeast(Lanes128 a, Lanes128 low)
    {
        if (Sse.IsSupported)
            return new(Sse.Max(a._v, low._v));
        if (AdvSimd.IsSupported)
            return new(AdvSimd.MaxNumber(a._v, low._v));
        return new(Vector128.ConditionalSelect(Vector128.GreaterThan(a._v, low._v), a._v, low._v));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 AtMost(Lanes128 a, Lanes128 high)
    {
        if (Sse.IsSupported)
            return new(Sse.Min(a._v, high._v));
        if (AdvSimd.IsSupported)
            return new(AdvSimd.MinNumber(a._v, high._v));
        return new(Vector128.ConditionalSelect(Vector128.LessThan(a._v, high._v), a._v, high._v));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Total(Lanes128 a)
    {
        var two = a._v + Vector128.Shuffle(a._v, Vector128.Create(2, 3, 0, 1));
        return two[0] + two[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes128 a)
    {
        a = AtLeast(a, new(Vector128.Shuffle(a._v, Vector128.Create(2, 3, 0, 1))));
        return AtLeast(a, new(Vector128.Shuffle(a._v, Vector128.Create(1, 0, 3, 2))))._v.ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Less(Lanes128 a, Lanes128 b) => new(Vector128.LessThan(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LessOrEqual(Lanes128 a, Lanes128 b) => new(Vector128.LessThanOrEqual(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Equal(Lanes128 a, Lanes128 b) => new(Vector128.Equals(a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Select(Lanes128 mask, Lanes128 a, Lanes128 b) => new(Vector128.ConditionalSelect(mask._v, a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 And(Lanes128 a, Lanes128 b) => new(a._v & b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Or(Lanes128 a, Lanes128 b) => new(a._v | b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 AddBits(Lanes128 a, Lanes128 b) => new((a._v.AsInt32() + b._v.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SubtractBits(Lanes128 a, Lanes128 b) => new((a._v.AsInt32() - b._v.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ShiftLeft(Lanes128 a, int count) => new((a._v.AsInt32() << count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ShiftRight(Lanes128 a, int count) => new((a._v.AsInt32() >> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ConvertBits(Lanes128 a) => new(Vector128.ConvertToSingle(a._v.AsInt32()));
}
