using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>Moves the window in front of a Fourier transform, and the magnitude behind it, into the transform.</summary>
internal static class FourierFusions
{
    public static void Apply(StepGraph graph)
    {
        foreach (var node in graph.Nodes.Where(node => node.Op == "DFT").ToArray())
        {
            var transform = node;
            while (WithWindow(graph, transform) is { } windowed)
                transform = windowed;

            WithMagnitudes(graph, transform);
        }
    }

    /// <summary>A product with a constant that only the transform reads.</summary>
    private static StepNode? WithWindow(StepGraph graph, StepNode transform)
    {
        var x = transform.In("x")!;
        var given = transform.Int("given");
        var readers = new ValueReaders(graph);
        if (graph.Nodes.FirstOrDefault(node => node.Outputs is [StepValue y, ..] && y.Root == x.Root) is not { Op: "Binary" } product
            || (string)product.Attributes["fn"] != "Mul" || product.Clock != transform.Clock || readers.Only(x) != transform
            || product.Inputs.FirstOrDefault(value => IsWeight(value!, given)) is not { } constant
            || product.Inputs.First(value => value != constant) is not { } samples || samples.Length != x.Length
            || !IsEachVector(product, constant, given))
        {
            return null;
        }

        var before = transform.In("window")?.Floats;
        float[] window = [.. Enumerable.Range(0, given).Select(n =>
            constant.Floats[constant.Length == 1 ? 0 : n] * (before?[n] ?? 1))];
        var fused = new StepNode("DFT", transform.Name, transform.Clock,
            [samples, transform.In("tables"), graph.Constant($"{transform.Name}.window", window, [given])], transform.Outputs,
            transform.Attributes);
        graph.Nodes[graph.Nodes.IndexOf(transform)] = fused;
        graph.Nodes.Remove(product);
        return fused;
    }

    private static bool IsWeight(StepValue value, int given) =>
        value is { Place: ValuePlace.Constant, Type: ElementType.F32 } && (value.Length == 1 || value.Length == given);

    /// <summary>Whether the constant repeats for each vector.</summary>
    private static bool IsEachVector(StepNode product, StepValue constant, int given)
    {
        var shape = (int[])product.Attributes["shape"];
        var strides = (int[])product.Attributes[product.Inputs[0] == constant ? "aStrides" : "bStrides"];
        var repeats = strides[..^1].Zip(shape, (stride, size) => stride == 0 || size == 1).All(isRepeated => isRepeated);
        return constant.Length == 1 || (shape[^1] == given && strides[^1] == 1 && repeats);
    }

    /// <summary>Sums of squares, or their roots, of real and imaginary parts.</summary>
    private static void WithMagnitudes(StepGraph graph, StepNode transform)
    {
        var complex = transform.Outputs[0]!;
        var readers = new ValueReaders(graph);
        var outputs = transform.Outputs.ToArray();
        var absorbed = new HashSet<StepNode>();
        foreach (var node in readers.Of(complex).Where(node => IsOfPairs(node, complex.Length / 2) && node.Clock == transform.Clock))
        {
            var output = transform.Definition.Output((string)node.Attributes["fn"] == "L2" ? "magnitude" : "power");
            if (outputs[output] is null && node.Outputs[0]!.Place == ValuePlace.Arena)
            {
                outputs[output] = node.Outputs[0];
                absorbed.Add(node);
            }
        }

        if (absorbed.Count == 0)
            return;

        if (readers.StaysWithin(complex, absorbed))
            outputs[0] = null;

        graph.Nodes[graph.Nodes.IndexOf(transform)] = new StepNode("DFT", transform.Name, transform.Clock, transform.Inputs, outputs,
            transform.Attributes);
        graph.Nodes.RemoveAll(absorbed.Contains);
    }

    private static bool IsOfPairs(StepNode node, int pairs) => node.Op == "Reduce" && node.Attributes["fn"] is "L2" or "SumSquare"
        && node.Int("count") == 2 && node.Int("inner") == 1 && node.Int("outer") == pairs;
}
