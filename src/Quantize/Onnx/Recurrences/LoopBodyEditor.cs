namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>A Loop of a graph with its body, and the edits that keep both in step.</summary>
internal sealed class LoopBodyEditor
{
    /// <summary>Inputs of a Loop and of its body before the first carried value; outputs of the body before it.</summary>
    public const int FirstState = 2, FirstNext = 1;

    private readonly List<OnnxNode> _before = [];
    private readonly List<OnnxNode> _after = [];
    private readonly NameScope _wires;
    private readonly NameScope _nodes;

    public LoopBodyEditor(OnnxGraph graph, OnnxNode loop)
    {
        Graph = graph;
        Loop = loop;
        Body = loop.Graph("body");
        _wires = NameScope.OfWires(graph);
        _nodes = NameScope.OfNodes(graph);
    }

    public OnnxGraph Graph { get; }

    public OnnxNode Loop { get; }

    public OnnxGraph Body { get; }

    public int States => Body.Inputs.Count - FirstState;

    public string Iteration => Body.Inputs[0].Name;

    /// <summary>The body's own wires; every other one comes from around the loop.</summary>
    public HashSet<string> Own() => [.. Body.Defined()];

    /// <summary>The nodes around the loop by their outputs, new ones too.</summary>
    public Dictionary<string, OnnxNode> OuterProducers()
    {
        var producers = Graph.Producers();
        foreach (var node in _before)
            producers[node.Outputs[0]] = node;

        return producers;
    }

    public string NewWire(string wish) => _wires.Unique($"{Loop.Name}/{wish}");

    /// <summary>A node around the loop, before it; gives its output.</summary>
    public string Before(string opType, string[] inputs, params (string Name, OnnxAttribute Value)[] attributes)
    {
        var node = New(opType, inputs, attributes);
        _before.Add(node);
        return node.Outputs[0];
    }

    /// <summary>A node of the body.</summary>
    public string InsideAt(int place, string opType, string[] inputs, params (string Name, OnnxAttribute Value)[] attributes)
    {
        var node = New(opType, inputs, attributes);
        Body.Nodes.Insert(place, node);
        return node.Outputs[0];
    }

    /// <summary>A node of the body with several outputs, of which the first is not used.</summary>
    public string[] InsideAt(int place, string opType, IEnumerable<string> inputs, int outputs,
        (string Name, OnnxAttribute Value)[] attributes)
    {
        var node = New(opType, [.. inputs], attributes);
        node.Outputs[0] = "";
        for (var k = 1; k < outputs; k++)
            node.Outputs.Add(_wires.Unique($"{node.Name}/{k}"));

        Body.Nodes.Insert(place, node);
        return [.. node.Outputs];
    }

    /// <summary>A node of the body that gives a wire of this name.</summary>
    public void InsideAs(int place, string opType, string[] inputs, string output)
    {
        var node = New(opType, inputs, []);
        node.Outputs[0] = output;
        Body.Nodes.Insert(place, node);
    }

    /// <summary>A node around the loop with several outputs.</summary>
    public string[] Before(string opType, string[] inputs, int outputs, (string Name, OnnxAttribute Value)[] attributes)
    {
        var node = New(opType, inputs, attributes);
        for (var k = 1; k < outputs; k++)
            node.Outputs.Add(_wires.Unique($"{node.Name}/{k}"));

        _before.Add(node);
        return [.. node.Outputs];
    }

    /// <summary>A constant that the graph and the body see.</summary>
    public string Constant(OnnxTensor tensor)
    {
        var wire = NewWire("constant");
        Graph.Initializers[wire] = tensor;
        return wire;
    }

    /// <summary>Makes a wire of the graph around what an output of the loop was.</summary>
    public void Output(int output, string wire)
    {
        if (Loop.Output(output) is { } name)
            _after.Add(new OnnxNode(_nodes.Unique($"{Loop.Name}/output"), "Identity") { Inputs = [wire], Outputs = [name] });
    }

    /// <summary>As <see cref="Output"/>, by a node.</summary>
    public string After(string opType, string[] inputs, params (string Name, OnnxAttribute Value)[] attributes)
    {
        var node = New(opType, inputs, attributes);
        _after.Add(node);
        return node.Outputs[0];
    }

    /// <summary>Makes the readers of a wire in the body, and its outputs, read another one.</summary>
    public void Redirect(string from, string to)
    {
        Body.RedirectReaders(from, to);
        for (var i = 0; i < Body.Outputs.Count; i++)
        {
            if (Body.Outputs[i].Name == from)
                Body.Outputs[i] = Body.Outputs[i] with { Name = to };
        }
    }

    /// <summary>Takes a carried value out; its last value must have been given by <see cref="Output"/>.</summary>
    public void RemoveState(int state)
    {
        Body.Inputs.RemoveAt(FirstState + state);
        Body.Outputs.RemoveAt(FirstNext + state);
        Loop.Inputs.RemoveAt(FirstState + state);
        if (state < Loop.Outputs.Count)
            Loop.Outputs.RemoveAt(state);
    }

    /// <summary>Lets the loop stack a wire of its body.</summary>
    /// <param name="stacked">The wire around the loop that holds it.</param>
    public void Stack(string element, string stacked)
    {
        Body.Outputs.Add(new OnnxValue(element, OnnxElementType.Undefined, null));
        while (Loop.Outputs.Count < Body.Outputs.Count - FirstNext - 1)
            Loop.Outputs.Add("");

        Loop.Outputs.Add(stacked);
    }

    /// <summary>Takes a stacked output out.</summary>
    /// <param name="output">Its number among the loop's outputs.</param>
    public void RemoveStacked(int output)
    {
        Body.Outputs.RemoveAt(FirstNext + output);
        Loop.Outputs.RemoveAt(output);
    }

    /// <summary>Puts the new nodes into the graph; body outputs are wires of the body again.</summary>
    public void Finish()
    {
        var own = Own();
        var inputs = Body.Inputs.Select(input => input.Name).ToHashSet();
        for (var i = 0; i < Body.Outputs.Count; i++)
        {
            var name = Body.Outputs[i].Name;
            var isTwice = Body.Outputs.Take(i).Any(output => output.Name == name);
            if (!own.Contains(name) || inputs.Contains(name) || isTwice)
            {
                Body.Outputs[i] = Body.Outputs[i] with { Name = InsideAt(Body.Nodes.Count, "Identity", [name]) };
            }
        }

        var at = Graph.Nodes.IndexOf(Loop);
        Graph.Nodes.InsertRange(at + 1, _after);
        Graph.Nodes.InsertRange(at, _before);
        Folding.GraphCleanup.RemoveUnused(Graph);
    }

    private OnnxNode New(string opType, string[] inputs, (string Name, OnnxAttribute Value)[] attributes)
    {
        var name = _nodes.Unique($"{Loop.Name}/{opType}");
        return new OnnxNode(name, opType)
        {
            Inputs = [.. inputs],
            Outputs = [_wires.Unique(name)],
            Attributes = attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value),
        };
    }
}
