using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// Evens out the elements of what a matrix multiplies: each is divided by a scale before the vector becomes int8, and its column of the
/// matrix is multiplied by it, so that the product stays and elements of little magnitude keep more of their bits. Scales lie half way
/// between those that would even out the elements and those that would even out the columns, since the rows of the matrix have one scale
/// for all columns. They are powers of two: neither the division nor the product rounds.
/// </summary>
internal static class Equalization
{
    /// <summary>Magnitudes below this share of the largest count as this share.</summary>
    private const double SmallestShare = 1e-4;

    private const string Suffix = ".equalized";

    /// <summary>Whether the node has one matrix of plain float weights for an input that it takes directly.</summary>
    public static bool Applies(StepNode node) =>
        WeightSlot.Of(node).Count > 0
        && node is { InputScale: null, Inputs: [not null, ..] }
        && node.Inputs[WeightSlot.Of(node)[0].Weights] is { Layout.Groups: 1 } weights
        && StoredIntegers.Of(weights) is null;

    /// <summary>Whether a node divides the input of another.</summary>
    /// <param name="name">Of the node.</param>
    public static bool Divides(string name) => name.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Name of the node whose input a node divides; of another node its own.</summary>
    public static string ServedBy(StepNode node) => Divides(node.Name) ? node.Name[..^Suffix.Length] : node.Name;

    /// <summary>One scale for each channel of the node's input.</summary>
    /// <param name="node">With float weights.</param>
    /// <param name="moments">Of what its first matrix multiplies; not empty.</param>
    public static float[] Scales(StepNode node, SecondMoments moments)
    {
        var weights = node.Inputs[WeightSlot.Of(node)[0].Weights]!;
        int columns = weights.Layout!.Columns, channels = Channels(node);
        var inputs = new double[channels];
        var largest = new double[channels];
        for (var column = 0; column < columns; column++)
        {
            var channel = column % channels;
            inputs[channel] += moments.MeanSquare(column);
            for (var row = 0; row < weights.Layout.Rows; row++)
                largest[channel] = Math.Max(largest[channel], Math.Abs(weights.Floats[row * columns + column]));
        }

        double[] logs = [.. Logs([.. inputs.Select(Math.Sqrt)]).Zip(Logs(largest), (input, weight) => (input - weight) / 2)];
        var centre = logs.Average();
        return [.. logs.Select(log => MathF.ScaleB(1, (int)Math.Round(log - centre)))];
    }

    /// <summary>The node that divides a node's input by the scales, and the node that takes the result, with scaled float
    /// weights.</summary>
    /// <param name="graph">Takes the new values.</param>
    public static (StepNode Divide, StepNode Node) Apply(StepGraph graph, StepNode node, float[] scales)
    {
        var slot = WeightSlot.Of(node)[0];
        var (x, weights) = (node.Inputs[0]!, node.Inputs[slot.Weights]!);
        var evened = graph.Arena($"{x.Name}{Suffix}", ElementType.F32, x.Shape);
        var inverse = graph.Constant($"{x.Name}.inverse", scales.Select(scale => 1 / scale).ToArray(), [scales.Length]);
        var rest = x.Length / scales.Length;

        // A convolution takes [channels, positions], everything else [vectors, channels].
        var channelsFirst = slot.Matrix.Vectors == VectorSource.Patches;
        var divide = new StepNode("Binary", $"{node.Name}{Suffix}", node.Clock, [x, inverse], [evened], new Dictionary<string, object>
        {
            ["fn"] = "Mul",
            ["shape"] = channelsFirst ? new[] { scales.Length, rest } : new[] { rest, scales.Length },
            ["aStrides"] = channelsFirst ? new[] { rest, 1 } : new[] { scales.Length, 1 },
            ["bStrides"] = channelsFirst ? new[] { 1, 0 } : new[] { 0, 1 },
        });

        var scaled = new StepNode(node.Op, node.Name, node.Clock, [.. node.Inputs], node.Outputs,
            new Dictionary<string, object>(node.Attributes));
        scaled.Inputs[0] = evened;
        scaled.Inputs[slot.Weights] = graph.Constant($"{weights.Name}{Suffix}", Scaled(weights, scales), weights.Shape, weights.Layout);
        return (divide, scaled);
    }

    /// <summary>The scale of each column of the node's first matrix.</summary>
    public static float[] OfColumns(StepNode node, float[] scales) =>
        [.. Enumerable.Range(0, node.Inputs[WeightSlot.Of(node)[0].Weights]!.Layout!.Columns)
        .Select(column => scales[column % scales.Length])];

    private static float[] Scaled(StepValue weights, float[] scales)
    {
        var columns = weights.Layout!.Columns;
        return [.. weights.Floats.Select((weight, i) => weight * scales[i % columns % scales.Length])];
    }

    /// <summary>Columns of a convolution are [tap][channel]; elsewhere every column is a channel.</summary>
    private static int Channels(StepNode node) =>
        WeightSlot.Of(node)[0].Matrix.Vectors is VectorSource.Patches or VectorSource.Ring ? node.Int("channels")
        : node.Inputs[WeightSlot.Of(node)[0].Weights]!.Layout!.Columns;

    private static double[] Logs(double[] magnitudes)
    {
        var smallest = magnitudes.Max() * SmallestShare;
        return smallest > 0 ? [.. magnitudes.Select(magnitude => Math.Log2(Math.Max(magnitude, smallest)))] : new double[magnitudes.Length];
    }
}
