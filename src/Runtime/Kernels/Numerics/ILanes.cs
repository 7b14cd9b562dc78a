using System.Diagnostics.CodeAnalysis;

namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>A register of float32 lanes. Every operation is exact IEEE 754 with one rounding, so a formula written once over
/// this interface gives the same bits for one lane and for sixteen.</summary>
/// <remarks>Comparisons give all-ones lanes where true; a NaN compares false.</remarks>
internal interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Number of lanes; divides 16.</summary>
    static abstract int Count { get; }

    static abstract TSelf Zero { get; }

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    static abstract TSelf Create(float value);

    static abstract unsafe TSelf Load(float* source);

    /// <summary>Loads a row of 16 elements; its place is part of the instructions.</summary>
    static abstract unsafe TSelf LoadRow(float* rows, [ConstantExpected] int row);

    static abstract unsafe void Store(TSelf value, float* target);

    /// <summary>The first <paramref name="count"/> lanes from memory, those of <paramref name="rest"/> beyond; memory beyond is not
    /// touched.</summary>
    static abstract unsafe TSelf LoadFirst(float* source, nint count, TSelf rest);

    /// <summary>Stores the first <paramref name="count"/> lanes; memory beyond is not touched.</summary>
    static abstract unsafe void StoreFirst(TSelf value, float* target, nint count);

    /// <summary>Converts int32 to float32, rounding to nearest even.</summary>
    static abstract unsafe TSelf LoadInt32(int* source);

    /// <summary>Stores the low byte of each lane's int32 pattern.</summary>
    static abstract unsafe void StoreLowBytes(TSelf pattern, sbyte* target);

    /// <summary>Stores the low two bytes of each lane's int32 pattern.</summary>
    static abstract unsafe void StoreLowShorts(TSelf pattern, short* target);

    /// <summary>a × b + c with one rounding.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Sqrt(TSelf a);

    static abstract TSelf Floor(TSelf a);

    static abstract TSelf Ceiling(TSelf a);

    /// <summary>To the nearest integer, ties to even.</summary>
    static abstract TSelf Round(TSelf a);

    /// <summary>Flips the sign bit.</summary>
    static abstract TSelf Negate(TSelf a);

    static abstract TSelf Abs(TSelf a);

    /// <summary>a where a &gt; low, else low; so a NaN becomes low. low is not zero and a is not a signalling NaN.</summary>
    static abstract TSelf AtLeast(TSelf a, TSelf low);

    /// <summary>a where a &lt; high, else high; so a NaN becomes high. high is not zero and a is not a signalling NaN.</summary>
    static abstract TSelf AtMost(TSelf a, TSelf high);

    static abstract TSelf Less(TSelf a, TSelf b);

    static abstract TSelf LessOrEqual(TSelf a, TSelf b);

    static abstract TSelf Equal(TSelf a, TSelf b);

    /// <summary>a where the mask is all-ones, b elsewhere.</summary>
    static abstract TSelf Select(TSelf mask, TSelf a, TSelf b);

    static abstract TSelf And(TSelf a, TSelf b);

    static abstract TSelf Or(TSelf a, TSelf b);

    /// <summary>Adds the int32 patterns.</summary>
    static abstract TSelf AddBits(TSelf a, TSelf b);

    /// <summary>Subtracts the int32 patterns.</summary>
    static abstract TSelf SubtractBits(TSelf a, TSelf b);

    /// <summary>Shifts each int32 pattern left.</summary>
    static abstract TSelf ShiftLeft(TSelf a, int count);

    /// <summary>Shifts each int32 pattern right, copying the sign bit.</summary>
    static abstract TSelf ShiftRight(TSelf a, int count);

    /// <summary>The int32 pattern of each lane converted to float32.</summary>
    static abstract TSelf ConvertBits(TSelf a);
}
