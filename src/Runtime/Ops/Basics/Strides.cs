namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>Strided walks over tensors.</summary>
internal static class Strides
{
    /// <summary>Strides of a contiguous row-major tensor.</summary>
    public static int[] Contiguous(ReadOnlySpan<int> shape)
    {
        var strides = new int[shape.Length];
        var stride = 1;
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        return strides;
    }

    /// <summary>Whether a walk over all elements of a row-major tensor has these strides.</summary>
    public static bool AreContiguous(ReadOnlySpan<int> shape, ReadOnlySpan<int> strides)
    {
        var contiguous = Contiguous(shape);
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] > 1 && strides[axis] != contiguous[axis])
                return false;
        }

        return true;
    }

    /// <summary>Whether every element that the walk reaches lies in 0 to length - 1.</summary>
    public static bool InRange(ReadOnlySpan<int> shape, ReadOnlySpan<int> strides, long offset, int length)
    {
        var (lowest, highest) = (offset, offset);
        for (var i = 0; i < shape.Length; i++)
        {
            var reach = (long)strides[i] * (shape[i] - 1);
            if (reach < 0)
                lowest += reach;
            else
                highest += reach;
            // Keeps the sums far from overflow; no valid walk leaves this range.
            if (lowest < 0 || highest >= length)
                return false;
        }

        return lowest >= 0 && highest < length;
    }
}
