namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>Distances, determinants and cuts around the middle.</summary>
internal static class GeometryParts
{
    private const int MaxDeterminant = 4;

    /// <summary>com.microsoft's CDist: from each row of one matrix to each of the other.</summary>
    public static bool Distances(NodeParts parts)
    {
        var between = parts.Add("Sub", [parts.Unsqueeze(parts.Node.RequiredInput(0), 1), parts.Unsqueeze(parts.Node.RequiredInput(1), 0)]);
        var squares = parts.Add("ReduceSumSquare", [between, parts.Ints(2)], ("keepdims", 0L));
        parts.Output(0, parts.Node.String("metric", "sqeuclidean") == "euclidean" ? parts.Add("Sqrt", [squares]) : squares);
        return true;
    }

    /// <summary>Developed along the first row.</summary>
    public static bool Determinant(NodeParts parts)
    {
        var x = parts.Node.RequiredInput(0);
        if (parts.Rank(x) < 2 || parts.Size(x, -1) is not (>= 1 and <= MaxDeterminant and long size))
            return false;

        string[][] elements = [.. Enumerable.Range(0, (int)size).Select(row => parts.Add("Gather", [x, Place(row)], ("axis", -2L)))
            .Select(row => Enumerable.Range(0, (int)size).Select(column => parts.Add("Gather", [row, Place(column)], ("axis", -1L)))
            .ToArray())];
        parts.Output(0, Developed(parts, elements, 0, [.. Enumerable.Range(0, (int)size)]));
        return true;

        string Place(int index) => parts.Constant(OnnxTensor.Scalar((long)index));
    }

    /// <summary>CenterCropPad of axes whose size is known.</summary>
    public static bool CenterCropPad(NodeParts parts)
    {
        var node = parts.Node;
        var x = node.RequiredInput(0);
        if (parts.Constant(1)?.ToInts() is not { } wanted || parts.Rank(x) is not (>= 0 and var rank))
            return false;

        long[] axes = node.Ints("axes") is { } given ? [.. given.Select(axis => axis < 0 ? axis + rank : axis)]
            : [.. Enumerable.Range(0, rank).Select(axis => (long)axis)];
        var pads = new long[2 * rank];
        var y = x;
        for (var i = 0; i < axes.Length; i++)
        {
            if (parts.Size(x, (int)axes[i]) is not long size)
                return false;

            var difference = Math.Abs(wanted[i] - size);
            if (wanted[i] < size)
                y = parts.Slice(y, axes[i], difference / 2, (difference / 2) + wanted[i]);
            else
                (pads[axes[i]], pads[rank + axes[i]]) = (difference / 2, difference - (difference / 2));
        }

        parts.Output(0, pads.All(pad => pad == 0) ? y : parts.Add("Pad", [y, parts.Ints(pads)]));
        return true;
    }

    private static string Developed(NodeParts parts, string[][] elements, int row, int[] columns)
    {
        if (columns.Length == 1)
            return elements[row][columns[0]];

        string? sum = null;
        for (var i = 0; i < columns.Length; i++)
        {
            var minor = Developed(parts, elements, row + 1, [.. columns.Where((_, k) => k != i)]);
            var product = parts.Add("Mul", [elements[row][columns[i]], minor]);
            sum = sum is null ? product : parts.Add(i % 2 == 0 ? "Add" : "Sub", [sum, product]);
        }

        return sum!;
    }
}
