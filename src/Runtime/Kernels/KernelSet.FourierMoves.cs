using System.Runtime.Intrinsics;

namespace EdgeSeq.Runtime.Kernels;

// What moves numbers and computes nothing: the same for all instruction sets.
internal abstract unsafe partial class KernelSet
{
    /// <summary>Pairs of numbers to the two halves of a buffer.</summary>
    public static void Split(ReadOnlySpan<float> pairs, Span<float> buffer)
    {
        Require(pairs.Length <= buffer.Length);
        fixed (float* from = pairs, first = buffer)
        {
            var second = first + buffer.Length / 2;
            for (nint n = 0; 2 * n < pairs.Length; n++)
            {
                first[n] = from[2 * n];
                second[n] = from[2 * n + 1];
            }
        }
    }

    /// <summary>Two halves to pairs of numbers.</summary>
    public static void Pair(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> pairs)
    {
        Require(pairs.Length % 2 == 0 && first.Length >= pairs.Length / 2 && second.Length >= pairs.Length / 2);
        fixed (float* a = first, b = second, to = pairs)
        {
            for (nint n = 0; 2 * n < pairs.Length; n++)
            {
                to[2 * n] = a[n];
                to[2 * n + 1] = b[n];
            }
        }
    }

    /// <summary>Puts the points of a pass's result, in both halves of a buffer, in their places in another.</summary>
    public static void FourierPlace(FourierPass pass, ReadOnlySpan<float> from, Span<float> to)
    {
        Require(from.Length == to.Length && from.Length >= 2 * pass.Room);
        fixed (float* source = from, target = to)
        {
            Place(pass, source, target);
            Place(pass, source + from.Length / 2, target + from.Length / 2);
        }
    }

    private static void Place(FourierPass pass, float* from, float* to)
    {
        nint stride = pass.Stride, count = pass.Count, apart = stride * pass.Radix;
        for (nint k = 0; k < pass.Radix; k++)
        {
            var source = from + k * pass.Run;
            var target = to + k * stride;
            for (nint p = 0; p < count && stride == 1; p++)
                target[p * apart] = source[p];
            for (nint p = 0; p < count && stride != 1; p++, source += stride, target += apart)
            {
                nint q = 0;
                for (; q <= stride - 4; q += 4)
                    Vector128.Load(source + q).Store(target + q);
                for (; q < stride; q++)
                    target[q] = source[q];
            }
        }
    }
}
