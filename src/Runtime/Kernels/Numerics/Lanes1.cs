using System.Diagnostics.CodeAnalysis;

namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>One lane: plain scalar arithmetic, the definition of what the wider ones give.</summary>
internal readonly struct Lanes1(float value) : ILanes<Lanes1>
{
    public float Value { get; } = value;

    public static int Count => 1;

    public static Lanes1 Zero => new(0f);

    public static Lanes1 operator +(Lanes1 a, Lanes1 b) => new(a.Value + b.Value);

    public static Lanes1 operator -(Lanes1 a, Lanes1 b) => new(a.Value - b.Value);

    public static Lanes1 operator *(Lanes1 a, Lanes1 b) => new(a.Value * b.Value);

    public static Lanes1 operator /(Lanes1 a, Lanes1 b) => new(a.Value / b.Value);

    public static Lanes1 Create(float value) => new(value);

    public static unsafe Lanes1 Load(float* source) => new(*source);

    public static unsafe Lanes1 LoadRow(float* rows, [ConstantExpected] int row) => Load(rows + 16 * row);

    public static unsafe void Store(Lanes1 value, float* target) => *target = value.Value;

    public static unsafe Lanes1 LoadFirst(float* source, nint count, Lanes1 rest) => count > 0 ? Load(source) : rest;

    public static unsafe void StoreFirst(Lanes1 value, float* target, nint count)
    {
        if (count > 0)
            *target = value.Value;
    }

    public static unsafe Lanes1 LoadInt32(int* source) => new(*source);

    public static unsafe void StoreLowBytes(Lanes1 pattern, sbyte* target) => *target = unchecked((sbyte)Bits(pattern));

    public static unsafe void StoreLowShorts(Lanes1 pattern, short* target) => *target = unchecked((short)Bits(pattern));

    public static Lanes1 Fma(Lanes1 a, Lanes1 b, Lanes1 c) => new(MathF.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    public static Lanes1 Sqrt(Lanes1 a) => new(MathF.Sqrt(a.Value));

    public static Lanes1 Floor(Lanes1 a) => new(MathF.Floor(a.Value));

    public static Lanes1 Ceiling(Lanes1 a) => new(MathF.Ceiling(a.Value));

    public static Lanes1 Round(Lanes1 a) => new(MathF.Round(a.Value, MidpointRounding.ToEven));

    public static Lanes1 Negate(Lanes1 a) => FromBits(Bits(a) ^ int.MinValue);

    public static Lanes1 Abs(Lanes1 a) => FromBits(Bits(a) & int.MaxValue);

    public static Lanes1 AtLeast(Lanes1 a, Lanes1 low) => a.Value > low.Value ? a : low;

    public static Lanes1 AtMost(Lanes1 a, Lanes1 high) => a.Value < high.Value ? a : high;

    public static Lanes1 Less(Lanes1 a, Lanes1 b) => FromBits(a.Value < b.Value ? -1 : 0);

    public static Lanes1 LessOrEqual(Lanes1 a, Lanes1 b) => FromBits(a.Value <= b.Value ? -1 : 0);

    public static Lanes1 Equal(Lanes1 a, Lanes1 b) => FromBits(a.Value == b.Value ? -1 : 0);

    public static Lanes1 Select(Lanes1 mask, Lanes1 a, Lanes1 b) => Bits(mask) != 0 ? a : b;

    public static Lanes1 And(Lanes1 a, Lanes1 b) => FromBits(Bits(a) & Bits(b));

    public static Lanes1 Or(Lanes1 a, Lanes1 b) => FromBits(Bits(a) | Bits(b));

    public static Lanes1 AddBits(Lanes1 a, Lanes1 b) => FromBits(unchecked(Bits(a) + Bits(b)));

    public static Lanes1 SubtractBits(Lanes1 a, Lanes1 b) => FromBits(unchecked(Bits(a) - Bits(b)));

    public static Lanes1 ShiftLeft(Lanes1 a, int count) => FromBits(Bits(a) << count);

    public static Lanes1 ShiftRight(Lanes1 a, int count) => FromBits(Bits(a) >> count);

    public static Lanes1 ConvertBits(Lanes1 a) => new(Bits(a));

    private static int Bits(Lanes1 a) => BitConverter.SingleToInt32Bits(a.Value);

    private static Lanes1 FromBits(int bits) => new(BitConverter.Int32BitsToSingle(bits));
}
