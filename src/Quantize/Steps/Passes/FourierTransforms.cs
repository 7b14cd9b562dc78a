using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>
/// Products with matrices of windowed sines and cosines, which spectrograms in published models are (as Conv or MatMul), become fast
/// Fourier transforms. A matrix is known by its numbers, each of which must be that of the formula.
/// </summary>
internal sealed class FourierTransforms
{
    /// <summary>Products from which on a transform is faster than the matrix on all instruction sets.</summary>
    private const int FewestProducts = 1 << 13;

    private readonly StepGraph _graph;
    private readonly List<(StepValue X, FourierMatch Match, StepValue Complex)> _found = [];

    private FourierTransforms(StepGraph graph) => _graph = graph;

    public static void Apply(StepGraph graph)
    {
        var pass = new FourierTransforms(graph);
        foreach (var node in graph.Nodes.ToArray())
        {
            if (pass.Replacement(node) is not { } nodes)
                continue;

            var at = graph.Nodes.IndexOf(node);
            graph.Nodes.RemoveAt(at);
            graph.Nodes.InsertRange(at, nodes);
        }
    }

    private List<StepNode>? Replacement(StepNode node)
    {
        if (node.Op is not ("Linear" or "Conv" or "ConvStep") || node.In("W")!.Data is not float[] matrix || node.In("bias") is not null
            || node.Attributes.ContainsKey("activation") || node.In("W")!.RowScales is not null
            || FourierFrames.Of(node) is not FourierFrames frames || (long)frames.Rows * frames.Columns < FewestProducts)
        {
            return null;
        }

        if (FourierMatch.Forward(matrix, frames.Rows, frames.Columns, Others(node)) is { } forward)
            return Forward(node, frames, forward);

        return node.Op == "Linear" && FourierMatch.Inverse(matrix, frames.Rows, frames.Columns) is { } inverse
            ? Inverse(node, frames, inverse) : null;
    }

    private IEnumerable<FourierMatch> Others(StepNode node) =>
        _found.Where(found => found.X == node.Inputs[0]?.Root).Select(found => found.Match);

    private List<StepNode> Forward(StepNode node, FourierFrames frames, FourierMatch match)
    {
        var nodes = new List<StepNode>();
        var bins = match.Samples / 2 + 1;
        var isWhole = match.Layout == FourierLayout.Pairs && match.Bins == bins && frames.Vectors == frames.Positions;
        var y = node.Outputs[0]!;
        var complex = Shared(node, match);
        if (complex is null)
        {
            complex = isWhole ? y : _graph.Arena($"{node.Name}.bins", ElementType.F32, [frames.Vectors, bins, 2]);
            var given = frames.Cut(_graph, node, nodes);
            nodes.Add(new StepNode("DFT", node.Name, node.Clock, [given, Tables(node, match, inverse: false), WindowOf(node, match)],
                [complex], new Dictionary<string, object>
                {
                    ["vectors"] = frames.Vectors,
                    ["samples"] = match.Samples,
                    ["given"] = frames.Columns,
                    ["conjugate"] = match.Conjugate ? 1 : 0,
                }));
            if (node.Inputs[0] is { } x)
                _found.Add((x.Root, match, complex));
        }

        if (complex != y)
            nodes.Add(Arranged(node, frames, match, complex, y));

        return nodes;
    }

    /// <summary>The transform of the same samples that another matrix asked for.</summary>
    private StepValue? Shared(StepNode node, FourierMatch match) => _found.FirstOrDefault(found => found.X == node.Inputs[0]?.Root
        && found.Match.Samples == match.Samples && found.Match.Window.AsSpan().SequenceEqual(match.Window)
        && found.Match.Conjugate == match.Conjugate && found.Complex != node.Outputs[0]).Complex;

    /// <summary>Bins [vectors, bins, 2] as the matrix's rows.</summary>
    private static StepNode Arranged(StepNode node, FourierFrames frames, FourierMatch match, StepValue complex, StepValue y)
    {
        var all = match.Samples / 2 + 1;
        var (parts, between, first) = match.Layout switch
        {
            FourierLayout.Pairs or FourierLayout.Halves => (2, 1, 0),
            FourierLayout.Real => (1, 1, 0),
            _ => (1, 1, 1),
        };

        // Rows of a convolution stand apart by its positions, those of a product side by side.
        var (row, vector) = frames.Positions == 1 ? (1, frames.Rows) : (frames.Positions, 1);
        var (part, bin) = match.Layout == FourierLayout.Pairs ? (row, 2 * row) : (match.Bins * row, row);
        return new StepNode("Copy", node.Name, node.Clock, [complex], [y], new Dictionary<string, object>
        {
            ["shape"] = new[] { frames.Vectors, parts, match.Bins },
            ["srcOffset"] = first,
            ["srcStrides"] = new[] { 2 * all, between, 2 },
            ["dstOffset"] = 0,
            ["dstStrides"] = new[] { vector, part, bin },
        });
    }

    private List<StepNode> Inverse(StepNode node, FourierFrames frames, FourierMatch match)
    {
        var nodes = new List<StepNode>();
        var x = node.In("x")!;
        if (match.Layout == FourierLayout.Halves)
        {
            var pairs = _graph.Arena($"{node.Name}.pairs", ElementType.F32, [frames.Vectors, match.Bins, 2]);
            nodes.Add(new StepNode("Copy", node.Name, node.Clock, [x], [pairs], new Dictionary<string, object>
            {
                ["shape"] = new[] { frames.Vectors, match.Bins, 2 },
                ["srcOffset"] = 0,
                ["srcStrides"] = new[] { 2 * match.Bins, 1, match.Bins },
                ["dstOffset"] = 0,
                ["dstStrides"] = new[] { 2 * match.Bins, 2, 1 },
            }));
            x = pairs;
        }

        nodes.Add(new StepNode("InverseDFT", node.Name, node.Clock, [x, Tables(node, match, inverse: true), WindowOf(node, match)],
            [node.Outputs[0]], new Dictionary<string, object> { ["vectors"] = frames.Vectors, ["samples"] = match.Samples }));
        return nodes;
    }

    private StepValue Tables(StepNode node, FourierMatch match, bool inverse)
    {
        FourierPlan.TryCreate(match.Samples, out var plan);
        var tables = plan!.Tables(inverse);
        return _graph.Constant($"{node.Name}.tables", tables, [tables.Length]);
    }

    private StepValue? WindowOf(StepNode node, FourierMatch match) =>
        match.IsPlain(match.Window.Length) ? null : _graph.Constant($"{node.Name}.window", match.Window, [match.Window.Length]);
}
