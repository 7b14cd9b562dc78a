using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Passes;

/// <summary>
/// Layer normalisation that an exporter spelled out becomes one op: d = x − mean(x); y = d / √(mean(d²) + ε) · scale + bias, with d²
/// written as a power or a product, and scale and bias present or not. The same without the mean is RMS normalisation.
/// </summary>
internal static class LayerNormFusion
{
    public static void Apply(StepGraph graph)
    {
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            if (graph.Nodes[i] is { Op: "Reduce" } mean && (string)mean.Attributes["fn"] == "Mean" && mean.Int("inner") == 1
                && Match.From(graph, mean) is Match match)
            {
                graph.Nodes[graph.Nodes.IndexOf(match.Last)] = match.Fused;
                graph.Nodes.RemoveAll(match.Absorbed.Contains);
                i--;
            }
        }
    }

    private sealed record Match(StepNode Last, StepNode Fused, HashSet<StepNode> Absorbed)
    {
        public static Match? From(StepGraph graph, StepNode first)
        {
            var absorbed = new List<StepNode> { first };
            var x = first.Inputs[0]!;
            StepValue centred;
            StepNode? square;
            bool rms = false;
            if (Only(graph, first.Outputs[0]!, "Binary", "Sub") is StepNode subtract && subtract.Inputs[0]!.Root == x.Root && subtract.Inputs[1]!.Root == first.Outputs[0]!.Root)
            {
                absorbed.Add(subtract);
                centred = subtract.Outputs[0]!;
                square = Readers(graph, centred).FirstOrDefault(IsSquare);
            }
            else
            {
                // RMS: the mean is that of x², so the square comes first.
                square = graph.Nodes.FirstOrDefault(node => node.Outputs.Length > 0 && node.Outputs[0]?.Root == x.Root && IsSquare(node));
                rms = true;
                centred = square?.Inputs[0]!;
            }

            if (square is null)
            {
                return null;
            }

            absorbed.Add(square);
            var mean = rms ? first : Only(graph, square.Outputs[0]!, "Reduce", "Mean");
            if (mean is null || mean.Int("count") != first.Int("count") || mean.Int("inner") != 1)
            {
                return null;
            }

            absorbed.Add(mean);
            var add = Only(graph, mean.Outputs[0]!, "Binary", "Add");
            var root = add is null ? null : Only(graph, add.Outputs[0]!, "Unary", "Sqrt");
            if (root is null || Scalar(add!) is not float epsilon)
            {
                return null;
            }

            absorbed.AddRange([add!, root]);
            var divide = Only(graph, root.Outputs[0]!, "Binary", "Div");
            if (divide is null)
            {
                // x · (1 / √…), as RMS normalisation is often written.
                var reciprocal = Only(graph, root.Outputs[0]!, "Unary", "Reciprocal");
                divide = reciprocal is null ? null : Only(graph, reciprocal.Outputs[0]!, "Binary", "Mul");
                if (reciprocal is not null)
                {
                    absorbed.Add(reciprocal);
                }
            }

            if (divide is null || !divide.Inputs.Any(value => value!.Root == centred.Root))
            {
                return null;
            }

            absorbed.Add(divide);
            return Finish(graph, first, rms ? centred : x, divide, epsilon, rms, absorbed);
        }

        private static Match? Finish(StepGraph graph, StepNode first, StepValue x, StepNode last, float epsilon, bool rms, List<StepNode> absorbed)
        {
            int count = first.Int("count");
            StepValue? scale = null, bias = null;
            if (Only(graph, last.Outputs[0]!, "Binary", "Mul") is StepNode multiply && Vector(multiply, last.Outputs[0]!, count) is StepValue factor)
            {
                (scale, last) = (factor, multiply);
                absorbed.Add(multiply);
                if (Only(graph, last.Outputs[0]!, "Binary", "Add") is StepNode plus && Vector(plus, last.Outputs[0]!, count) is StepValue offset)
                {
                    (bias, last) = (offset, plus);
                    absorbed.Add(plus);
                }
            }

            // Everything absorbed must be unread elsewhere.
            var inside = absorbed.ToHashSet();
            bool closed = absorbed.Where(node => node != last).All(node => !graph.Outputs.Any(output => output.Value.Root == node.Outputs[0]!.Root)
                && Readers(graph, node.Outputs[0]!).All(inside.Contains));
            if (!closed || absorbed.Any(node => node.Clock != first.Clock))
            {
                return null;
            }

            var fused = new StepNode("LayerNorm", last.Name, first.Clock, [x, scale, bias], [last.Outputs[0]], new Dictionary<string, object>
            {
                ["outer"] = first.Int("outer"),
                ["count"] = count,
                ["epsilon"] = epsilon,
                ["rms"] = rms ? 1 : 0,
            });
            inside.Remove(last);
            return new Match(last, fused, inside);
        }

        private static IEnumerable<StepNode> Readers(StepGraph graph, StepValue value) =>
            graph.Nodes.Where(node => node.Inputs.Any(input => input?.Root == value.Root));

        private static StepNode? Only(StepGraph graph, StepValue value, string op, string function)
        {
            var readers = Readers(graph, value).Take(2).ToArray();
            return readers.Length == 1 && readers[0].Op == op && (string)readers[0].Attributes["fn"] == function ? readers[0] : null;
        }

        /// <summary>x·x, or x to the power of 2.</summary>
        private static bool IsSquare(StepNode node) => node.Op == "Binary" && (string)node.Attributes["fn"] switch
        {
            "Mul" => node.Inputs[0]!.Root == node.Inputs[1]!.Root,
            "Pow" => node.Inputs[1] is { Place: ValuePlace.Constant, Length: 1, Data: float[] exponent } && exponent[0] == 2,
            _ => false,
        };

        private static float? Scalar(StepNode add) => add.Inputs.FirstOrDefault(value => value is { Place: ValuePlace.Constant, Length: 1 })?.Data is float[] data ? data[0] : null;

        /// <summary>The constant of one value a feature that the node combines with the value.</summary>
        private static StepValue? Vector(StepNode node, StepValue value, int count)
        {
            int own = node.Inputs[0]?.Root == value.Root ? 0 : 1;
            return node.Inputs[1 - own] is { Place: ValuePlace.Constant, Type: ElementType.F32 } vector && vector.Length == count
                && ((int[])node.Attributes["shape"])[^1] == count && Shapes.Count((int[])node.Attributes["shape"]) == value.Length
                ? vector
                : null;
        }
    }
}
