using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>Products with matrices that are zero outside of a band, such as mel filters, leave the zeros out.</summary>
internal static class BandedProducts
{
    public static void Apply(StepGraph graph)
    {
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            if (graph.Nodes[i] is { Op: "Linear" } linear && Banded(graph, linear) is { } banded)
                graph.Nodes[i] = banded;
        }
    }

    private static StepNode? Banded(StepGraph graph, StepNode linear)
    {
        int rows = linear.Int("rows"), columns = linear.Int("columns");
        if (linear.In("W")!.Data is not float[] matrix || linear.In("W")!.RowScales is not null || linear.In("bias") is not null
            || linear.Attributes.ContainsKey("activation"))
        {
            return null;
        }

        (int First, int Width)[] bands = [.. Enumerable.Range(0, PackedLayout.PadRows(rows) / PackedLayout.TileRows)
            .Select(tile => Band(matrix, columns, tile * PackedLayout.TileRows, Math.Min(rows, (tile + 1) * PackedLayout.TileRows)))];

        // A quarter of the products saved is worth it.
        if (bands.Sum(band => (long)band.Width) * 4 > (long)bands.Length * columns * 3)
            return null;

        var packed = Packed(matrix, rows, columns, bands);
        return new StepNode("Banded", linear.Name, linear.Clock,
            [linear.In("x"), graph.Constant($"{linear.Name}.bands", packed, [packed.Length])], linear.Outputs,
            new Dictionary<string, object>
            {
                ["rows"] = rows,
                ["columns"] = columns,
                ["vectors"] = linear.Int("vectors"),
                ["first"] = bands.Select(band => band.First).ToArray(),
                ["width"] = bands.Select(band => band.Width).ToArray(),
            });
    }

    /// <summary>Columns of these rows that are not all zero.</summary>
    private static (int First, int Width) Band(float[] matrix, int columns, int start, int end)
    {
        int first = columns, last = -1;
        for (var row = start; row < end; row++)
        {
            var values = matrix.AsSpan(row * columns, columns);
            if (values.IndexOfAnyExcept(0f) is >= 0 and var left)
                (first, last) = (Math.Min(first, left), Math.Max(last, values.LastIndexOfAnyExcept(0f)));
        }

        return last < 0 ? (0, 1) : (first, last - first + 1);
    }

    private static float[] Packed(float[] matrix, int rows, int columns, (int First, int Width)[] bands)
    {
        var packed = new float[bands.Sum(band => PackedLayout.TileLengthF32(band.Width))];
        var at = 0;
        for (var tile = 0; tile < bands.Length; tile++)
        {
            var (first, width) = bands[tile];
            for (var row = tile * PackedLayout.TileRows; row < Math.Min(rows, (tile + 1) * PackedLayout.TileRows); row++)
            {
                for (var c = 0; c < width; c++)
                    packed[at + PackedLayout.OffsetF32(row % PackedLayout.TileRows, c, width)] = matrix[row * columns + first + c];
            }

            at += PackedLayout.TileLengthF32(width);
        }

        return packed;
    }
}
