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
        int columns = node.Inputs[WeightSlot.Of(node)[0].Weights]!.Layout!.Columns, channels = Channels(node);
        var inputs = new double[channels];
        for (var column = 0; column < columns; column++)
            inputs[column % channels] += moments.MeanSquare(column);

        var sizes = Logs([.. inputs.Select(Math.Sqrt)]);
        return PowersOfTwo([.. sizes.Zip(Logs(LargestOfChannels(node)), (input, weight) => (input - weight) / 2)]);
    }

    /// <summary>One scale for each channel of the node's input, with which all columns of its matrix get one magnitude.</summary>
    /// <param name="node">With float weights.</param>
    public static float[] ScalesOfColumns(StepNode node) => PowersOfTwo([.. Logs(LargestOfChannels(node)).Select(log => -log)]);

    /// <summary>The node that divides a node's input by the scales, and the node that takes the result, with scaled float
    /// weights.</summary>
    /// <param name="graph">Takes the new values.</param>
    public static (StepNode Divide, StepNode Node) Apply(StepGraph graph, StepNode node, float[] scales)
    {
        var slot = WeightSlot.Of(node)[0];
        var (x, weights) = (node.Inputs[0]!, node.Inputs[slot.Weights]!);
        var evened = graph.Arena($"{x.Name}{Suffix}", ElementType.F32, x.Shape);
        var divide = ByChannel(graph, node, "Mul", [.. scales.Select(scale => 1 / scale)], evened);

        var scaled = new StepNode(node.Op, node.Name, node.Clock, [.. node.Inputs], node.Outputs,
            new Dictionary<string, object>(node.Attributes))
        { HasOneSidedInput = node.HasOneSidedInput };
        scaled.Inputs[0] = evened;
        scaled.Inputs[slot.Weights] = graph.Constant($"{weights.Name}{Suffix}", Scaled(weights, scales), weights.Shape, weights.Layout);
        return (divide, scaled);
    }

    /// <summary>A node that joins each channel of a node's input with a number of its own.</summary>
    /// <param name="graph">Takes the numbers.</param>
    /// <param name="fn">Mul or Add.</param>
    /// <param name="numbers">One for each channel.</param>
    /// <param name="result">As large as the input.</param>
    public static StepNode ByChannel(StepGraph graph, StepNode node, string fn, float[] numbers, StepValue result)
    {
        var x = node.Inputs[0]!;
        var rest = x.Length / numbers.Length;

        // A convolution takes [channels, positions], everything else [vectors, channels].
        var channelsFirst = WeightSlot.Of(node)[0].Matrix.Vectors == VectorSource.Patches;
        return new StepNode("Binary", $"{node.Name}{Suffix}", node.Clock,
            [x, graph.Constant($"{x.Name}.{(fn == "Mul" ? "inverse" : "shift")}", numbers, [numbers.Length])], [result],
            new Dictionary<string, object>
            {
                ["fn"] = fn,
                ["shape"] = channelsFirst ? new[] { numbers.Length, rest } : new[] { rest, numbers.Length },
                ["aStrides"] = channelsFirst ? new[] { rest, 1 } : new[] { numbers.Length, 1 },
                ["bStrides"] = channelsFirst ? new[] { 1, 0 } : new[] { 0, 1 },
            });
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

    /// <summary>Of each channel, the largest magnitude of its weights.</summary>
    private static double[] LargestOfChannels(StepNode node)
    {
        var weights = node.Inputs[WeightSlot.Of(node)[0].Weights]!;
        int columns = weights.Layout!.Columns, channels = Channels(node);
        var largest = new double[channels];
        for (var i = 0; i < weights.Length; i++)
        {
            ref var channel = ref largest[i % columns % channels];
            channel = Math.Max(channel, Math.Abs(weights.Floats[i]));
        }

        return largest;
    }

    /// <summary>Those nearest to what the logarithms ask for, about their mean.</summary>
    private static float[] PowersOfTwo(double[] logs)
    {
        var centre = logs.Average();
        return [.. logs.Select(log => MathF.ScaleB(1, (int)Math.Round(log - centre)))];
    }

    private static double[] Logs(double[] magnitudes)
    {
        var smallest = magnitudes.Max() * SmallestShare;
        return smallest > 0 ? [.. magnitudes.Select(magnitude => Math.Log2(Math.Max(magnitude, smallest)))] : new double[magnitudes.Length];
    }
}
