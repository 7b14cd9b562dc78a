using System.Runtime.InteropServices;

namespace EdgeSeq.KernelSweep;

/// <summary>Equality of floats as bits; all NaNs count as one, since their payload is the processor's choice.</summary>
internal static class Bits
{
    public static void AssertEqual(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        if (expected.Length != actual.Length)
            throw new DifferenceException($"{what}: {actual.Length} elements, the reference gives {expected.Length}");
        if (MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(actual)))
            return;
        for (var i = 0; i < expected.Length; i++)
        {
            var same = BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i])
                || (float.IsNaN(expected[i]) && float.IsNaN(actual[i]));
            if (!same)
            {
                throw new DifferenceException(
                    $"{what}: element {i} of {expected.Length} is {actual[i]:R}, the reference gives {expected[i]:R}");
            }
        }
    }

    public static void AssertEqual<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what)
        where T : unmanaged, IEquatable<T>
    {
        var at = expected.CommonPrefixLength(actual);
        if (at != expected.Length || at != actual.Length)
            throw new DifferenceException($"{what}: element {at} of {expected.Length} differs from the reference");
    }
}
