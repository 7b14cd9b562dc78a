using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>Nodes that work element by element between one value and one result, with numbers as their only other operands.</summary>
internal sealed class SpelledFunction
{
    /// <summary>Of the longest spelling.</summary>
    private const int MostNodes = 10;

    private static readonly string[] Arithmetic = ["Add", "Sub", "Mul", "Div", "Max", "Min", "Pow"];

    private readonly StepNode[] _nodes;
    private readonly StepValue _x;

    private SpelledFunction(StepNode[] nodes, StepValue x)
    {
        _nodes = nodes;
        _x = x;
    }

    private StepNode Last => _nodes[^1];

    /// <summary>Whether a node works on each element of its operands by itself.</summary>
    public static bool IsStep(StepNode node) => node.Outputs[0] is { Type: ElementType.F32 } y && node.Op switch
    {
        "Unary" => node.Inputs[0] is { Type: ElementType.F32 } x && x.Length == y.Length,
        "Binary" => Arithmetic.Contains(node.Attribute("fn")) && IsOperand(node, 0, "aStrides") && IsOperand(node, 1, "bStrides"),
        _ => false,
    };

    /// <summary>Those with a given result, shortest first.</summary>
    public static IEnumerable<SpelledFunction> EndingIn(StepGraph graph, ValueReaders readers, StepNode last)
    {
        var nodes = new List<StepNode>();
        var open = new List<StepValue> { last.Outputs[0]! };
        while (nodes.Count < MostNodes)
        {
            // The latest: what the others depend on comes before.
            var at = graph.Nodes.FindLastIndex(node => node.Outputs.Any(value => value is not null && IsOpen(value)));
            if (at < 0 || !IsStep(graph.Nodes[at]) || graph.Nodes[at].Clock != last.Clock)
                yield break;

            var node = graph.Nodes[at];
            nodes.Insert(0, node);
            open.RemoveAll(value => ReferenceEquals(value.Root, node.Outputs[0]!.Root));
            open.AddRange(Variables(node).Where(value => !IsOpen(value)));
            if (open is [{ Place: ValuePlace.Arena } x] && nodes.Count > 1
                && nodes.TrueForAll(each => each == last || readers.StaysWithin(each.Outputs[0]!, nodes)))
            {
                yield return new SpelledFunction([.. nodes], x);
            }
        }

        bool IsOpen(StepValue value) => open.Exists(each => ReferenceEquals(each.Root, value.Root));
    }

    /// <summary>What the nodes make of each number.</summary>
    public float[] On(float[] grid)
    {
        var values = new Dictionary<StepValue, float[]> { [_x.Root] = grid };
        foreach (var node in _nodes)
        {
            var y = new float[grid.Length];
            if (node.Op == "Unary")
                Unary(node, values[node.Inputs[0]!.Root], y);
            else
                KernelSets.Active.Binary(Enum.Parse<BinaryFunction>(Function(node)), Of(node.Inputs[0]!), Of(node.Inputs[1]!), y);

            values[node.Outputs[0]!.Root] = y;
        }

        return values[Last.Outputs[0]!.Root];

        float[] Of(StepValue value) =>
            value.Place == ValuePlace.Constant ? [.. Enumerable.Repeat(value.Floats[0], grid.Length)] : values[value.Root];
    }

    /// <summary>Puts one op in the place of all.</summary>
    public void Replace(StepGraph graph, UnaryFunction function, float? alpha)
    {
        var attributes = new Dictionary<string, object> { ["fn"] = function.ToString() };
        if (alpha is float factor)
            attributes["alpha"] = factor;

        graph.Nodes[graph.Nodes.IndexOf(Last)] = new StepNode("Unary", Last.Name, Last.Clock, [_x], Last.Outputs, attributes);
        graph.Nodes.RemoveAll(_nodes.Contains);
    }

    private static void Unary(StepNode node, float[] x, float[] y)
    {
        var function = Enum.Parse<UnaryFunction>(Function(node));
        var (alpha, beta) = Activation.Defaults(function);
        KernelSets.Active.Unary(function, x, y, Number("alpha") ?? alpha, Number("beta") ?? beta);

        float? Number(string name) => node.Attributes.GetValueOrDefault(name) as float?;
    }

    private static string Function(StepNode node) => (string)node.Attribute("fn");

    private static IEnumerable<StepValue> Variables(StepNode node) =>
        node.Inputs.OfType<StepValue>().Where(value => value.Place != ValuePlace.Constant).DistinctBy(value => value.Root);

    /// <summary>An operand with an element for each of the result, in its order, or one number for all of them.</summary>
    private static bool IsOperand(StepNode node, int input, string strides)
    {
        var value = node.Inputs[input]!;
        if (value.Place == ValuePlace.Constant)
            return value.Data is float[] numbers && Array.TrueForAll(numbers, number => number == numbers[0]);

        var walk = (int[])node.Attribute(strides);
        var shape = (int[])node.Attribute("shape");
        var step = 1;
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (shape[axis] > 1 && walk[axis] != step)
                return false;

            step *= shape[axis];
        }

        return value.Type == ElementType.F32 && value.Length == node.Outputs[0]!.Length && step == value.Length;
    }
}
