using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// A layer that takes a model's inputs in the units of sensors gets them in units of its own: each less its mean, as far as the bias tells
/// it, and divided by its size, as the column of the matrix tells it. The layer computes what it did, with columns of one magnitude.
/// </summary>
internal sealed record InputScaling
{
    /// <summary>Share of a matrix's energy that keeps means small which no row asks for.</summary>
    private const double Damping = 1e-6;

    private InputScaling(float[] scales, float[] means)
    {
        Scales = scales;
        Means = means;
    }

    /// <summary>Of each channel; powers of two.</summary>
    public float[] Scales { get; }

    /// <summary>Of each channel, in its own units; none where the bias takes nothing large away.</summary>
    public float[] Means { get; }

    /// <returns>Null where the weights do not tell, or where what the op pads would have to be moved too.</returns>
    public static InputScaling? Of(StepNode node)
    {
        if (!Equalization.Applies(node))
            return null;

        var slot = WeightSlot.Of(node)[0];
        var weights = node.Inputs[slot.Weights]!;
        var scales = Equalization.ScalesOfColumns(node);
        if (node.Inputs[slot.Bias] is not { Data: float[] bias } || !RawInputs.IsLarge(bias))
            return new InputScaling(scales, []);

        if (slot.Matrix.Vectors is VectorSource.Ring or VectorSource.Patches)
            return null;

        var columns = weights.Layout!.Columns;
        float[] evened = [.. weights.Floats.Select((weight, i) => weight * scales[i % columns])];
        var means = MeansOf(evened, bias, columns);
        return RawInputs.IsLarge(Moved(evened, bias, means)) ? null
            : new InputScaling(scales, [.. means.Select((mean, i) => (float)(mean * scales[i]))]);
    }

    /// <param name="graph">Changed.</param>
    /// <param name="chosen">Which nodes get it.</param>
    public static void Apply(StepGraph graph, Predicate<StepNode> chosen)
    {
        foreach (var node in graph.Nodes.Where(node => WeightSlot.Of(node).Count > 0 && chosen(node)).ToArray())
        {
            if (Of(node) is { } scaling)
                scaling.Apply(graph, node);
        }
    }

    private void Apply(StepGraph graph, StepNode node)
    {
        var at = graph.Nodes.IndexOf(node);
        var moved = new List<StepNode>();
        if (Means.Length > 0)
        {
            var slot = WeightSlot.Of(node)[0];
            var (x, weights, bias) = (node.Inputs[0]!, node.Inputs[slot.Weights]!, node.Inputs[slot.Bias]!);
            var less = graph.Arena($"{x.Name}.moved", ElementType.F32, x.Shape);
            moved.Add(Equalization.ByChannel(graph, node, "Add", [.. Means.Select(mean => -mean)], less));
            node = new StepNode(node.Op, node.Name, node.Clock, [.. node.Inputs], node.Outputs,
                new Dictionary<string, object>(node.Attributes));
            node.Inputs[0] = less;
            node.Inputs[slot.Bias] = graph.Constant($"{bias.Name}.moved",
                Moved(weights.Floats, bias.Floats, [.. Means.Select(mean => (double)mean)]), bias.Shape, bias.Layout);
        }

        var (divide, scaled) = Equalization.Apply(graph, node, Scales);
        graph.Nodes.RemoveAt(at);
        graph.Nodes.InsertRange(at, [.. moved, divide, scaled]);
    }

    /// <summary>The bias beside inputs less their means: bias + W·means.</summary>
    private static float[] Moved(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, ReadOnlySpan<double> means)
    {
        var moved = new float[bias.Length];
        for (var row = 0; row < moved.Length; row++)
        {
            double sum = bias[row];
            for (var k = 0; k < means.Length; k++)
                sum += weights[row * means.Length + k] * means[k];

            moved[row] = (float)sum;
        }

        return moved;
    }

    /// <summary>The means that leave the least bias: of all m, the one with the least |bias + W·m|².</summary>
    private static double[] MeansOf(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int columns)
    {
        var normal = new double[columns * columns];
        var target = new double[columns];
        for (var row = 0; row < bias.Length; row++)
        {
            var values = weights.Slice(row * columns, columns);
            for (var i = 0; i < columns; i++)
            {
                target[i] -= (double)values[i] * bias[row];
                for (var k = 0; k < columns; k++)
                    normal[i * columns + k] += (double)values[i] * values[k];
            }
        }

        double energy = 0;
        for (var i = 0; i < columns; i++)
            energy += normal[i * columns + i];

        for (var i = 0; i < columns; i++)
            normal[i * columns + i] += Math.Max(Damping * energy / columns, double.Epsilon);

        return Solve(normal, target);
    }

    /// <summary>Elimination; the matrix is symmetric and positive definite, so no pivot is needed.</summary>
    private static double[] Solve(double[] matrix, double[] target)
    {
        var n = target.Length;
        for (var pivot = 0; pivot < n; pivot++)
        {
            for (var row = pivot + 1; row < n; row++)
            {
                var share = matrix[row * n + pivot] / matrix[pivot * n + pivot];
                target[row] -= share * target[pivot];
                for (var k = pivot; k < n; k++)
                    matrix[row * n + k] -= share * matrix[pivot * n + k];
            }
        }

        for (var row = n - 1; row >= 0; row--)
        {
            for (var k = row + 1; k < n; k++)
                target[row] -= matrix[row * n + k] * target[k];

            target[row] /= matrix[row * n + row];
        }

        return target;
    }
}
