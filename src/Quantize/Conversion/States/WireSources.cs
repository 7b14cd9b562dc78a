using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Conversion.States;

/// <summary>Where the wires of a graph come from.</summary>
internal sealed class WireSources
{
    private readonly HashSet<string> _dependent;
    private readonly Dictionary<string, OnnxNode> _makers = [];

    public WireSources(OnnxGraph graph)
    {
        _dependent = [.. graph.Inputs.Select(input => input.Name)];
        foreach (var node in graph.Nodes)
        {
            var depends = node.OpType != "Shape" && OnnxGraph.ReadBy(node).Any(_dependent.Contains);
            foreach (var output in node.Outputs.Where(output => output.Length > 0))
            {
                _makers[output] = node;
                if (depends)
                    _dependent.Add(output);
            }
        }
    }

    /// <summary>Whether some input of the graph decides the wire.</summary>
    public bool DependsOnData(string wire) => _dependent.Contains(wire);

    /// <summary>The node whose result the wire is, perhaps under another name or shape; null for an input or a constant.</summary>
    public OnnxNode? Maker(string wire) => _makers.GetValueOrDefault(Source(wire));

    /// <summary>The wire that this one only gives another name or shape.</summary>
    public string Source(string wire)
    {
        while (_makers.TryGetValue(wire, out var node) && node.OpType is "Identity" or "Reshape" or "Squeeze" or "Unsqueeze")
            wire = _makers[wire].Inputs[0];

        return wire;
    }

    /// <summary>Whether a wire is computed from another.</summary>
    public bool Follows(string wire, string from)
    {
        var open = new Stack<string>([wire]);
        var seen = new HashSet<string>();
        from = Source(from);
        while (open.TryPop(out var each))
        {
            if (each != wire && Source(each) == from)
                return true;

            if (seen.Add(each) && _makers.TryGetValue(each, out var node))
            {
                foreach (var input in OnnxGraph.ReadBy(node))
                    open.Push(input);
            }
        }

        return false;
    }

    /// <summary>Whether the wire is the result of one of these ops, perhaps moved, or 1 less it.</summary>
    public bool IsMadeBy(string wire, IReadOnlySet<string> opTypes)
    {
        while (_makers.TryGetValue(wire, out var node))
        {
            if (opTypes.Contains(node.OpType))
                return true;

            if (node.OpType is not ("Identity" or "Cast" or "Reshape" or "Slice" or "Split" or "Squeeze" or "Sub" or "Transpose"
                or "Unsqueeze" or "Expand"))
            {
                return false;
            }

            wire = node.OpType == "Sub" ? node.Inputs[1] : node.Inputs[0];
        }

        return false;
    }
}
