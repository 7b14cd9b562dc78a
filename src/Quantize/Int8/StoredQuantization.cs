using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// Brings a float step graph whose model was quantised before into a form in which int8 ops can take the model's own integers and
/// activation scales as they are. The graph computes what it did.
/// </summary>
internal static class StoredQuantization
{
    private const int X = 0;

    /// <param name="graph">Stays as it is.</param>
    /// <param name="floatNodes">Nodes that stay float, and so as they are.</param>
    public static StepGraph Prepare(StepGraph graph, IReadOnlyCollection<string> floatNodes)
    {
        var result = graph.Copy();
        var grids = new GridTracing(result);
        foreach (var node in result.Nodes.Where(node => WeightSlot.Of(node).Count > 0 && !floatNodes.Contains(node.Name)).ToArray())
        {
            if (node.Inputs[X] is StepValue x && grids.Of(x) is ActivationGrid { FitsInt8: true } grid)
                TakeInputScale(result, node, grid);

            SplitLargeIntegers(result, node);
        }

        return result;
    }

    /// <summary>
    /// An input whose levels are not symmetric is moved until they are those of an int8 activation; what that adds to each product comes
    /// off the bias. Where zeros are padded between elements, that would move them too: there the op finds its own scale.
    /// </summary>
    private static void TakeInputScale(StepGraph graph, StepNode node, ActivationGrid grid)
    {
        if (grid.Shift != 0)
        {
            var pads = WeightSlot.Of(node)[0].Matrix.Vectors switch
            {
                VectorSource.Ring => true,
                VectorSource.Patches => ((int[])node.Attribute("pads")).Any(pad => pad > 0),
                _ => false,
            };
            if (pads)
                return;

            Shift(graph, node, grid.Shift * grid.Scale);
        }

        node.InputScale = grid.Scale;
    }

    private static void Shift(StepGraph graph, StepNode node, float shift)
    {
        var x = node.Inputs[X]!;
        var moved = graph.Arena($"{node.Name}.moved", ElementType.F32, x.Shape);
        var by = graph.Constant($"{node.Name}.shift", (float[])[shift], [1]);
        Insert(graph, node, new StepNode("Binary", node.Name, node.Clock, [x, by], [moved], new Dictionary<string, object>
        {
            ["fn"] = "Add",
            ["shape"] = (int[])[x.Length],
            ["aStrides"] = (int[])[1],
            ["bStrides"] = (int[])[0],
        }));
        node.Inputs[X] = moved;
        var slot = WeightSlot.Of(node)[0];
        var weights = node.Inputs[slot.Weights]!;
        var bias = node.Inputs[slot.Bias];
        int columns = weights.Layout!.Columns, rows = weights.Length / columns;
        var corrected = new float[rows];
        for (var row = 0; row < rows; row++)
        {
            double sum = 0;
            foreach (var weight in weights.Floats.AsSpan(row * columns, columns))
                sum += weight;

            corrected[row] = (float)((bias?.Floats[row] ?? 0) - sum * shift);
        }

        node.Inputs[slot.Bias] = graph.Constant($"{bias?.Name ?? weights.Name}.moved", corrected, bias?.Shape ?? [rows],
            weights.Layout.RowVector);
    }

    /// <summary>
    /// A column with integers beyond ±127 stands once or twice more at the end of the matrix, and so does its element at the end of the
    /// vector: the integers of a column and its copies add up to the model's.
    /// </summary>
    private static void SplitLargeIntegers(StepGraph graph, StepNode node)
    {
        var slot = WeightSlot.Of(node)[0];
        var weights = node.Inputs[slot.Weights]!;
        var length = slot.Matrix.Columns;
        if (length is null || StoredIntegers.Of(weights) is not int[] integers || integers.All(StoredIntegers.IsInt8))
            return;

        int columns = weights.Layout!.Columns, rows = weights.RowScales!.Length;
        int[] order = [.. Enumerable.Range(0, columns),
            .. Enumerable.Range(0, columns).SelectMany(column => Enumerable.Repeat(column, Copies(integers, columns, column)))];
        var x = node.Inputs[X]!;
        var vectors = x.Length / columns;
        var repeated = graph.Arena($"{node.Name}.repeated", ElementType.F32, [vectors, order.Length]);
        var indices = graph.Constant($"{node.Name}.columns", order.Select(column => (long)column).ToArray(), [order.Length]);
        Insert(graph, node, new StepNode("Gather", node.Name, node.Clock, [x, indices, null], [repeated], new Dictionary<string, object>
        {
            ["outer"] = vectors,
            ["rows"] = columns,
            ["inner"] = 1,
        }));
        node.Inputs[X] = repeated;
        node.Attributes[length] = order.Length;
        node.Inputs[slot.Weights] = graph.Constant(
            $"{weights.Name}.split", Split(integers, weights.RowScales, order), [rows, order.Length],
            weights.Layout with { Columns = order.Length }, weights.RowScales);
    }

    /// <summary>Copies that a column needs beside itself.</summary>
    private static int Copies(int[] integers, int columns, int column)
    {
        var largest = 0;
        for (var at = column; at < integers.Length; at += columns)
            largest = Math.Max(largest, Math.Abs(integers[at]));

        return Math.Max(0, (largest - 1) / RowQuantizer.Largest);
    }

    /// <summary>Rows of weights whose elements are spread over the columns of their order.</summary>
    private static float[] Split(int[] integers, float[] scales, int[] order)
    {
        var columns = integers.Length / scales.Length;
        var split = new float[scales.Length * order.Length];
        for (var row = 0; row < scales.Length; row++)
        {
            var rest = integers.AsSpan(row * columns, columns).ToArray();
            for (var k = 0; k < order.Length; k++)
            {
                var part = Math.Clamp(rest[order[k]], -RowQuantizer.Largest, RowQuantizer.Largest);
                rest[order[k]] -= part;
                split[row * order.Length + k] = part * scales[row];
            }
        }

        return split;
    }

    private static void Insert(StepGraph graph, StepNode before, StepNode node) => graph.Nodes.Insert(graph.Nodes.IndexOf(before), node);
}
