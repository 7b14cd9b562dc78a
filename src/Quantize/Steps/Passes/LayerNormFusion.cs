using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>
/// Layer normalisation that an exporter spelled out becomes one op: d = x − mean(x); y = d / √(mean(d²) + ε) · scale + bias, with d²
/// written as a power or a product, and scale and bias present or not. The same without the mean is RMS normalisation.
/// </summary>
internal static class LayerNormFusion
{
    public static void Apply(StepGraph graph)
    {
        foreach (var first in graph.Nodes.Where(IsMean).ToArray())
        {
            if (graph.Nodes.Contains(first) && Pattern.Match(graph, first) is Pattern found)
            {
                graph.Nodes[graph.Nodes.IndexOf(found.Last)] = found.Fused(first.Int("outer"), first.Int("count"));
                graph.Nodes.RemoveAll(found.Absorbed.Contains);
            }
        }
    }

    private static bool IsMean(StepNode node) => node.Op == "Reduce" && (string)node.Attributes["fn"] == "Mean" && node.Int("inner") == 1;

    /// <summary>x·x, which is also what a power of 2 became.</summary>
    private static bool IsSquare(StepNode node) =>
        node.Op == "Binary" && (string)node.Attributes["fn"] == "Mul" && node.Inputs[0]!.Root == node.Inputs[1]!.Root;

    /// <summary>The spelled-out nodes, gathered from the first mean on.</summary>
    private sealed class Pattern(ValueReaders readers)
    {
        private StepValue _x = null!;
        private StepValue? _scale;
        private StepValue? _bias;
        private float _epsilon;
        private bool _rms;

        /// <summary>The node whose result is the normalised value; the fused op takes its place.</summary>
        public StepNode Last { get; private set; } = null!;

        public HashSet<StepNode> Absorbed { get; } = [];

        /// <summary>The value that is divided: x − mean(x), or x itself for RMS.</summary>
        private StepValue Centred { get; set; } = null!;

        public static Pattern? Match(StepGraph graph, StepNode first)
        {
            var pattern = new Pattern(new ValueReaders(graph));
            var matches = (pattern.TakeVariance(first) || pattern.TakeMeanSquare(graph, first)) && pattern.TakeDivision();
            if (!matches)
                return null;

            pattern.TakeScaleAndBias(first.Int("count"));
            return pattern.IsClosed(first.Clock) ? pattern : null;
        }

        public StepNode Fused(int outer, int count) =>
            new("LayerNorm", Last.Name, Last.Clock, [_x, _scale, _bias], [Last.Outputs[0]], new Dictionary<string, object>
            {
                ["outer"] = outer,
                ["count"] = count,
                ["epsilon"] = _epsilon,
                ["rms"] = _rms ? 1 : 0,
            });

        /// <summary>mean(x), x − mean(x), its square and the mean of that.</summary>
        private bool TakeVariance(StepNode first)
        {
            _x = first.Inputs[0]!;
            if (readers.Only(first.Outputs[0]!, "Binary", "Sub") is not StepNode subtract
                || subtract.Inputs[0]!.Root != _x.Root || subtract.Inputs[1]!.Root != first.Outputs[0]!.Root)
            {
                return false;
            }

            Centred = subtract.Outputs[0]!;
            if (readers.Of(Centred).FirstOrDefault(IsSquare) is not StepNode square
                || readers.Only(square.Outputs[0]!, "Reduce", "Mean") is not StepNode mean || !IsMean(mean)
                || mean.Int("count") != first.Int("count"))
            {
                return false;
            }

            Absorb(first, subtract, square);
            return Take(mean);
        }

        /// <summary>RMS: the mean is that of x², and nothing was subtracted.</summary>
        private bool TakeMeanSquare(StepGraph graph, StepNode mean)
        {
            if (graph.Nodes.FirstOrDefault(node => node.Outputs is [StepValue y, ..]
                && y.Root == mean.Inputs[0]!.Root) is not StepNode square || !IsSquare(square))
            {
                return false;
            }

            _rms = true;
            _x = Centred = square.Inputs[0]!;
            Absorb(square);
            return Take(mean);
        }

        /// <summary>√(… + ε), and the division by it or the product with its reciprocal.</summary>
        private bool TakeDivision()
        {
            if (readers.Only(Last.Outputs[0]!, "Binary", "Add") is not StepNode add || !Take(add) || Number(add) is not float epsilon
                || readers.Only(add.Outputs[0]!, "Unary", "Sqrt") is not StepNode root || !Take(root))
            {
                return false;
            }

            _epsilon = epsilon;
            var combines = "Div";
            if (readers.Only(root.Outputs[0]!, "Unary", "Reciprocal") is StepNode reciprocal)
            {
                Take(reciprocal);
                combines = "Mul";
            }

            return readers.Only(Last.Outputs[0]!, "Binary", combines) is StepNode divide
                && divide.Inputs[combines == "Div" ? 0 : divide.Inputs[0]!.Root == Centred.Root ? 0 : 1]!.Root == Centred.Root
                && Take(divide);
        }

        private void TakeScaleAndBias(int count)
        {
            if (readers.Only(Last.Outputs[0]!, "Binary", "Mul") is StepNode multiply && Vector(multiply, count) is StepValue scale)
            {
                _scale = scale;
                Take(multiply);
                if (readers.Only(Last.Outputs[0]!, "Binary", "Add") is StepNode add && Vector(add, count) is StepValue bias)
                {
                    _bias = bias;
                    Take(add);
                }
            }
        }

        /// <summary>Nobody outside reads what is inside, and all of it ticks together.</summary>
        private bool IsClosed(Clock clock)
        {
            var inside = new HashSet<StepNode>(Absorbed) { Last };
            return inside.All(node => node.Clock == clock) && Absorbed.All(node => readers.StaysWithin(node.Outputs[0]!, inside));
        }

        private bool Take(StepNode node)
        {
            if (Last is not null)
                Absorb(Last);

            Last = node;
            return true;
        }

        private void Absorb(params StepNode[] nodes) => Absorbed.UnionWith(nodes);

        private static float? Number(StepNode add) =>
            add.Inputs.FirstOrDefault(value => value is { Place: ValuePlace.Constant, Length: 1 })?.Data is float[] data ? data[0] : null;

        /// <summary>The constant of one value a feature that the node combines with the result so far.</summary>
        private StepValue? Vector(StepNode node, int count)
        {
            var result = Last.Outputs[0]!;
            var other = node.Inputs[node.Inputs[0]!.Root == result.Root ? 1 : 0];
            return other is { Place: ValuePlace.Constant, Type: ElementType.F32 } && other.Length == count
                && ((int[])node.Attributes["shape"])[^1] == count && Shapes.Count((int[])node.Attributes["shape"]) == result.Length
                ? other
                : null;
        }
    }
}
