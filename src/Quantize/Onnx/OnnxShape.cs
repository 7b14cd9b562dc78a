namespace EdgeSeq.Quantize.Onnx;

/// <summary>Arithmetic on lists of dimensions.</summary>
internal static class OnnxShape
{
    /// <summary>No tensor has more elements: its bytes would not fit one array.</summary>
    public const long MaxCount = int.MaxValue;

    /// <summary>The product; false for a negative dimension or a product above <see cref="MaxCount"/>.</summary>
    public static bool TryCount(IReadOnlyList<long> dims, out long count)
    {
        count = 1;
        var empty = false;
        foreach (var dim in dims)
        {
            if (dim is < 0 or > MaxCount)
                return false;
            if (dim == 0)
            {
                empty = true;
                continue;
            }

            count *= dim;
            if (count > MaxCount)
                return false;
        }

        if (empty)
            count = 0;
        return true;
    }

    public static string Format(IEnumerable<long> dims) => $"[{string.Join(", ", dims)}]";
}
