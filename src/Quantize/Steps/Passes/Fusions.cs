using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>Moves a bias or an activation that follows a matrix op into the op.</summary>
internal static class Fusions
{
    private static readonly HashSet<string> Activations =
    [
        "Relu", "LeakyRelu", "Elu", "HardSigmoid", "HardSwish", "Sigmoid", "Tanh", "Softplus", "Softsign", "Gelu", "GeluTanh", "Swish",
            "Mish", "Clip",
    ];

    public static void Apply(StepGraph graph)
    {
        foreach (var matrix in graph.Nodes.Where(node => node.Definition.FindAttribute("activation") is not null).ToArray())
        {
            var current = matrix;
            while (new ValueReaders(graph).Only(current.Outputs[0]!) is StepNode next && next.Clock == current.Clock
                && next.Inputs.Count(value => value?.Root == current.Outputs[0]!.Root) == 1
                && Fused(graph, current, next) is StepNode fused)
            {
                // In the follower's place, where its other operands exist already.
                graph.Nodes[graph.Nodes.IndexOf(next)] = fused;
                graph.Nodes.Remove(current);
                current = fused;
            }
        }
    }

    private static StepNode? Fused(StepGraph graph, StepNode matrix, StepNode next) => next.Op switch
    {
        "Binary" when matrix.Op == "Linear" => WithBias(graph, matrix, next),
        "Unary" => WithActivation(matrix, next),
        _ => null,
    };

    /// <summary>Linear without a bias, then an addition of a constant with one value a row.</summary>
    private static StepNode? WithBias(StepGraph graph, StepNode linear, StepNode add)
    {
        var rows = linear.Int("rows");
        var own = add.Inputs[0]?.Root == linear.Outputs[0]!.Root ? 0 : 1;
        var bias = add.Inputs[1 - own]!;
        var shape = (int[])add.Attributes["shape"];
        var perRow = bias is { Place: ValuePlace.Constant, Type: ElementType.F32 } && bias.Length == rows && shape.Length > 0
            && shape[^1] == rows
            && Shapes.Count(shape) == linear.Outputs[0]!.Length
            && ((int[])add.Attributes[own == 0 ? "bStrides" : "aStrides"])[^1] == (rows == 1 ? 0 : 1);
        if ((string)add.Attributes["fn"] != "Add" || linear.In("bias") is not null || linear.Attributes.ContainsKey("activation")
            || !perRow)
        {
            return null;
        }

        var constant = graph.Constant($"{linear.Name}.bias", bias.Floats, [rows], linear.In("W")!.Layout!.RowVector);
        var fused = new StepNode(linear.Op, linear.Name, linear.Clock, [.. linear.Inputs], add.Outputs, linear.Attributes);
        fused.SetIn("bias", constant);
        return fused;
    }

    private static StepNode? WithActivation(StepNode matrix, StepNode unary)
    {
        var function = (string)unary.Attributes["fn"];
        if (matrix.Attributes.ContainsKey("activation") || !Activations.Contains(function) || unary.Outputs[0]!.Type != ElementType.F32)
            return null;

        var attributes = new Dictionary<string, object>(matrix.Attributes) { ["activation"] = function };
        foreach (var parameter in new[] { "alpha", "beta" })
        {
            if (unary.Attributes.TryGetValue(parameter, out var value))
                attributes[parameter] = value;
        }

        return new StepNode(matrix.Op, matrix.Name, matrix.Clock, matrix.Inputs, unary.Outputs, attributes);
    }
}
