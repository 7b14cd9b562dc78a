namespace EdgeSeq.Quantize.Steps;

/// <summary>Arithmetic on static shapes.</summary>
internal static class Shapes
{
    public static int Count(ReadOnlySpan<int> shape)
    {
        var count = 1;
        foreach (var dim in shape)
            count = checked(count * dim);

        return count;
    }

    /// <summary>Row-major strides in elements.</summary>
    public static int[] Strides(ReadOnlySpan<int> shape)
    {
        var strides = new int[shape.Length];
        var stride = 1;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }

        return strides;
    }

    /// <summary>Strides that read <paramref name="shape"/> broadcast (aligned right) to <paramref name="target"/>: 0 where
    /// repeated.</summary>
    public static int[] BroadcastStrides(ReadOnlySpan<int> shape, ReadOnlySpan<int> target)
    {
        var own = Strides(shape);
        var strides = new int[target.Length];
        var lead = target.Length - shape.Length;
        for (var i = 0; i < shape.Length; i++)
            strides[lead + i] = shape[i] == 1 ? 0 : own[i];

        return strides;
    }

    /// <summary>The shape with one dimension replaced.</summary>
    public static int[] With(int[] shape, int axis, int dim)
    {
        var copy = (int[])shape.Clone();
        copy[axis] = dim;
        return copy;
    }

    /// <summary>The shape without one dimension.</summary>
    public static int[] Without(int[] shape, int axis) => [.. shape[..axis], .. shape[(axis + 1)..]];

    /// <summary>The elements of a tensor of any type with one axis moved to the front.</summary>
    public static Array AxisFirst(Array data, int[] shape, int axis)
    {
        int count = shape[axis], inner = Product(shape, axis + 1, shape.Length), outer = Product(shape, 0, axis);
        var moved = (Array)data.Clone();
        for (var i = 0; i < count; i++)
        {
            for (var o = 0; o < outer; o++)
                Array.Copy(data, (o * count + i) * inner, moved, (i * outer + o) * inner, inner);
        }

        return moved;
    }

    /// <summary>Product of the dimensions in [from, to).</summary>
    public static int Product(int[] shape, int from, int to) => Count(shape.AsSpan(from, to - from));

    public static string Text(IEnumerable<int> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>ONNX's perm: absent, the axes are reversed.</summary>
    public static int[] Permutation(IReadOnlyList<long>? perm, int rank) =>
        perm is null ? [.. Enumerable.Range(0, rank).Reverse()] : [.. perm.Select(axis => (int)axis)];

    /// <summary>Where the time axis goes when a tensor is reshaped without mixing it with other axes.</summary>
    public static int? ReshapedAxis(int[] from, int axis, int[] to)
    {
        var before = Shapes.Product(from, 0, axis);
        for (int i = 0, product = 1; i < to.Length; product *= to[i++])
        {
            if (product == before && to[i] == from[axis])
                return i;
        }

        return null;
    }

    /// <summary>ONNX counts axes from the end where they are negative.</summary>
    public static int Axis(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);
}
