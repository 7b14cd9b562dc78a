using System.Runtime.InteropServices;

namespace EdgeSeq.Runtime.Tests.Kernels;

/// <summary>Equality of floats as bits; all NaNs count as one, since their payload is the processor's choice.</summary>
internal static class Bits
{
    public static void AssertEqual(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        if (MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(actual)))
            return;
        for (var i = 0; i < expected.Length; i++)
        {
            var same = BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i])
                || (float.IsNaN(expected[i]) && float.IsNaN(actual[i]));
            if (!same)
                Assert.Fail($"{what}: element {i} of {expected.Length} is {actual[i]:R}, the reference gives {expected[i]:R}");
        }
    }

    public static void AssertEqual<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what)
        where T : unmanaged, IEquatable<T>
    {
        var at = expected.CommonPrefixLength(actual);
        if (at != expected.Length || at != actual.Length)
            Assert.Fail($"{what}: element {at} of {expected.Length} differs from the reference");
    }
}
