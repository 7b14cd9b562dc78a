namespace EdgeSeq.Quantize.Onnx.Ort;

/// <summary>What the wires of a graph are in one run: the type and shape of each tensor, and the elements of those that are
/// wanted.</summary>
/// <param name="Types">By wire, with all sizes.</param>
/// <param name="Values">The wanted ones by wire.</param>
internal sealed record WireValues(IReadOnlyDictionary<string, OnnxValue> Types, IReadOnlyDictionary<string, OnnxTensor> Values)
{
    /// <param name="inputs">Every input of the graph.</param>
    /// <inheritdoc cref="OrtEvaluator.Evaluate" path="/exception"/>
    public static WireValues Of(OnnxGraph graph, IReadOnlyDictionary<string, OnnxTensor> inputs, Func<string, bool> isWanted)
    {
        var wires = TypeInference.Tensors(graph);
        var probed = graph.Clone();
        var probes = Probe(probed, [.. wires.Where(wire => !isWanted(wire) && !inputs.ContainsKey(wire))]);
        var values = OrtEvaluator.Evaluate(probed, inputs, [.. wires.Where(isWanted), .. probes.Values]);

        OnnxValue TypeOf(string wire)
        {
            var tensor = probes.TryGetValue(wire, out var probe) ? values[probe] : values.GetValueOrDefault(wire) ?? inputs[wire];
            var dims = tensor.Dims.Skip(probe is null ? 0 : 1);
            return new OnnxValue(wire, tensor.ElementType, [.. dims.Select(dim => (OnnxDimension)dim)]);
        }

        return new WireValues(wires.ToDictionary(wire => wire, TypeOf),
            wires.Where(isWanted).ToDictionary(wire => wire, wire => values[wire]));
    }

    /// <summary>Adds an empty tensor [0, dimensions] for each wire, which tells its type and shape without its elements.</summary>
    /// <returns>The empty tensors by wire.</returns>
    private static Dictionary<string, string> Probe(OnnxGraph graph, IReadOnlyCollection<string> wires)
    {
        var names = NameScope.OfWires(graph);
        var zero = names.Unique("zero");
        graph.Initializers[zero] = OnnxTensor.Vector(0);
        var probes = new Dictionary<string, string>();

        // ONNX Runtime begins with what the last node needs that nobody reads: so a wire is probed as soon as it is there.
        foreach (var wire in wires.Reverse())
        {
            var (row, probe) = (names.Unique($"{wire}/row"), names.Unique($"{wire}/probe"));
            graph.Nodes.Add(new OnnxNode(row, "Unsqueeze") { Inputs = [wire, zero], Outputs = [row] });
            graph.Nodes.Add(new OnnxNode(probe, "Slice") { Inputs = [row, zero, zero, zero], Outputs = [probe] });
            probes[wire] = probe;
        }

        return probes;
    }
}
