namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>Col2Im (nn.Fold), which adds blocks at their places: a transposed convolution, each of whose kernels is 1 at one place of a
/// block.</summary>
internal static class FoldParts
{
    private const int FirstSpatial = 2;

    public static bool Col2Im(NodeParts parts)
    {
        var node = parts.Node;
        var x = node.RequiredInput(0);
        if (parts.Constant(2)?.ToInts() is not { } block || parts.FixedSize(x, 1) is not long rows)
            return false;

        long[] strides = All("strides", 1), dilations = All("dilations", 1);
        var pads = node.Ints("pads") is { Count: > 0 } given ? [.. given] : new long[2 * block.Length];
        long[] counts = new long[block.Length], extra = new long[block.Length];
        for (var i = 0; i < block.Length; i++)
        {
            if ((parts.Constant(1)?.ToInts()[i] ?? parts.FixedSize(node.Outputs[0], FirstSpatial + i)) is not long size)
            {
                counts[i] = -1;
                continue;
            }

            var places = size + pads[i] + pads[block.Length + i] - (dilations[i] * (block[i] - 1)) - 1;
            (counts[i], extra[i]) = ((places / strides[i]) + 1, places % strides[i]);
        }

        if (counts.Count(count => count < 0) > 1)
            return false;

        var y = parts.Add("ConvTranspose", [parts.Reshape(x, [0, rows, .. counts]), parts.Constant(Places(rows, block), "places")],
            ("group", rows / block.Aggregate(1L, (product, size) => product * size)), ("kernel_shape", block), ("strides", strides),
            ("dilations", dilations), ("pads", pads), ("output_padding", extra));
        parts.Output(0, y);
        return true;

        long[] All(string attribute, long otherwise) => node.Ints(attribute) is { Count: > 0 } values ? [.. values]
            : [.. Enumerable.Repeat(otherwise, block.Length)];
    }

    /// <summary>[channels · places, 1, block]: row k of a channel is place k of its blocks.</summary>
    private static OnnxTensor Places(long rows, long[] block)
    {
        var places = (int)block.Aggregate(1L, (product, size) => product * size);
        var data = new float[rows * places];
        for (var row = 0; row < rows; row++)
            data[(row * places) + (row % places)] = 1;

        return OnnxTensor.FromFloats(data, [(int)rows, 1, .. block.Select(size => (int)size)]);
    }
}
