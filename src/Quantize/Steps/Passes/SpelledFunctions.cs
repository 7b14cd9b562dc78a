using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;

namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>
/// An activation that an exporter spelled out becomes one op: y·sigmoid(y), x/2·(1 + erf(x/√2)) and others, however the factors are
/// ordered. What the nodes between a value and a result compute on a grid tells which function they are.
/// </summary>
internal static class SpelledFunctions
{
    private const int Points = 769;

    /// <summary>The grid reaches so far to both sides of 0.</summary>
    private const float Reach = 24;

    /// <summary>A few roundings of float32 in values of the size of x.</summary>
    private const float Tolerance = 2e-6f;

    private static readonly (UnaryFunction Function, float? Alpha)[] Functions =
    [
        (UnaryFunction.Swish, 1f), (UnaryFunction.Swish, 1.702f), (UnaryFunction.Gelu, null), (UnaryFunction.GeluTanh, null),
        (UnaryFunction.Mish, null), (UnaryFunction.HardSwish, null),
    ];

    public static void Apply(StepGraph graph)
    {
        float[] grid = [.. Enumerable.Range(0, Points).Select(i => Reach * (2f * i / (Points - 1) - 1))];
        float[][] known = [.. Functions.Select(function => Of(function.Function, function.Alpha ?? 0, grid))];
        var readers = new ValueReaders(graph);
        foreach (var last in graph.Nodes.Where(node => node.Op == "Binary" && SpelledFunction.IsStep(node)).Reverse().ToArray())
        {
            foreach (var spelled in SpelledFunction.EndingIn(graph, readers, last))
            {
                var values = spelled.On(grid);
                var found = Array.FindIndex(known, of => AreEqual(values, of, grid));
                if (found < 0)
                    continue;

                spelled.Replace(graph, Functions[found].Function, Functions[found].Alpha);
                readers = new ValueReaders(graph);
                break;
            }
        }
    }

    private static float[] Of(UnaryFunction function, float alpha, float[] grid)
    {
        var values = new float[grid.Length];
        KernelSets.Active.Unary(function, grid, values, alpha, 0);
        return values;
    }

    private static bool AreEqual(float[] a, float[] b, float[] grid)
    {
        for (var i = 0; i < grid.Length; i++)
        {
            // Written so that a NaN is no match.
            if (!(MathF.Abs(a[i] - b[i]) <= Tolerance * MathF.Max(1, MathF.Abs(grid[i]))))
                return false;
        }

        return true;
    }
}
