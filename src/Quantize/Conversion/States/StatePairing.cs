using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion.States;

/// <summary>
/// Finds which outputs of a graph are the next values of which inputs: as the user says; else by what the graph shows (see
/// <see cref="StateFlow"/>), names deciding only among what it shows; else by names that say state, where the output follows from the
/// input. Where the graph shows more than one pairing and names do not decide, the model is refused with the candidates.
/// </summary>
internal sealed class StatePairing
{
    private const string Given = "--state", NamesAlone = "names, and the output follows from the input";

    private readonly OnnxGraph _graph;
    private readonly List<StatePair> _pairs;
    private readonly WireSources _sources;
    private readonly IReadOnlyList<OnnxValue> _outputs;
    private readonly Dictionary<string, StateFlow> _flows = [];

    /// <summary>Inputs that only stand beside a state in its update: x in s′ = a·s + b·x has the same form as s, and is data.</summary>
    private readonly HashSet<string> _data = [];

    private StatePairing(OnnxGraph graph, IEnumerable<StatePair> given)
    {
        _graph = graph;
        _pairs = [.. given];
        _sources = new WireSources(graph);
        _outputs = graph.Inputs.Count > 1 ? WithShapes(graph) : graph.Outputs;
        foreach (var input in graph.Inputs)
            _flows[input.Name] = StateFlow.Of(graph, _sources, input.Name);
    }

    private IEnumerable<OnnxValue> FreeInputs => _graph.Inputs.Where(input => !_pairs.Exists(pair => pair.Input == input.Name));

    private IEnumerable<OnnxValue> FreeOutputs => _outputs.Where(output => !_pairs.Exists(pair => pair.Output == output.Name));

    /// <param name="given">Pairs that the user states.</param>
    /// <param name="search">Whether others are looked for beside them.</param>
    /// <exception cref="EdgeSeqException">ES0414: more than one pairing fits; ES0720: a given name is not in the graph.</exception>
    public static List<StatePair> Find(OnnxGraph graph, IReadOnlyList<(string Input, string Output)> given, bool search)
    {
        var stated = given.Select(pair => Explicit(graph, pair.Input, pair.Output)).ToList();
        if (stated.Count > 0)
            stated = MarkContradicted(graph, stated);

        return search ? new StatePairing(graph, stated).Search() : stated;
    }

    /// <summary>Pairs of the user that the graph shows to be others: they are kept, and said.</summary>
    private static List<StatePair> MarkContradicted(OnnxGraph graph, List<StatePair> stated)
    {
        List<StatePair> shown;
        try
        {
            shown = new StatePairing(graph, []).Search();
        }
        catch (EdgeSeqException ambiguous) when (ambiguous.Code == ErrorCodes.StatePairInvalid)
        {
            return stated;
        }

        return stated.ConvertAll(pair => shown.Find(other => other.Input == pair.Input && other.Output != pair.Output
                && other.Evidence != NamesAlone) is { } better
            ? pair with
            {
                Evidence = $"{Given}, although the graph shows {better.Input} = {better.Output}: {better.Evidence}",
                ShownOutput = better.Output,
            }
            : pair);
    }

    private List<StatePair> Search()
    {
        if (_graph.Inputs.Count < 2)
            return _pairs;

        AddProven();
        LeaveData();
        AddNamed();
        AddCellOutputs();
        return [.. _pairs.OrderBy(pair => _graph.Inputs.FindIndex(input => input.Name == pair.Input))];
    }

    /// <summary>Pairs that the graph shows: first those that fit each other only, then those that names single out among them.</summary>
    private void AddProven()
    {
        while (true)
        {
            var shown = Shown();
            if (shown.Count == 0)
                return;

            var single = shown.Where(edge => shown.Count(other => other.Input == edge.Input) == 1
                && shown.Count(other => other.Output == edge.Output) == 1).ToList();
            if (single.Count == 0)
            {
                single = ByName(shown);
                _data.UnionWith(shown.Where(edge => single.Exists(pair => pair.Output == edge.Output)).Select(edge => edge.Input)
                    .Except(single.Select(pair => pair.Input)));
            }

            if (single.Count == 0)
                single = Earliest(shown);

            if (single.Count == 0)
                single = WhollyEqual(shown);

            if (single.Count == 0)
                throw Ambiguous(shown);

            _pairs.AddRange(single);
        }
    }

    /// <summary>Some input is data: where all have the form of states, those stay that names or a recurrent layer confirm.</summary>
    private void LeaveData()
    {
        if (!FreeInputs.Any())
        {
            _pairs.RemoveAll(pair => _flows[pair.Input][pair.Output].Kind == RelationKind.Affine
                && !pair.Evidence.StartsWith(Given, StringComparison.Ordinal)
                && !StateNames.SayState(pair.Input, pair.Output));
        }
    }

    /// <summary>Every free input with every free output that the graph shows to be its next value.</summary>
    private List<StatePair> Shown() =>
    [
        .. FreeInputs.Where(input => !_data.Contains(input.Name))
            .SelectMany(input => FreeOutputs.Where(output => Fits(input, output) && _flows[input.Name][output.Name].IsProof),
            (input, output) => new StatePair(input.Name, output.Name) { Evidence = _flows[input.Name][output.Name].Evidence }),
    ];

    private static List<StatePair> ByName(List<StatePair> shown)
    {
        var named = shown.Where(edge => StateNames.Match(edge.Input, edge.Output)).ToList();
        return [.. named.Where(edge => named.Count(other => other.Input == edge.Input || other.Output == edge.Output) == 1)
            .Select(edge => edge with { Evidence = $"{edge.Evidence}, and names" })];
    }

    /// <summary>Results that are computed from the new state have its form too, as x less a new mean has: the state is what they are made
    /// of.</summary>
    private List<StatePair> Earliest(List<StatePair> shown) =>
    [
        .. shown.Where(edge => shown.TrueForAll(other => other.Output == edge.Output || other.Input != edge.Input
            || _sources.Follows(other.Output, edge.Output))
            && shown.TrueForAll(other => other.Input == edge.Input || other.Output != edge.Output)
            && shown.Count(other => other.Input == edge.Input) > 1).Take(1),
    ];

    /// <summary>Outputs that are the same wire serve alike: the last of them is the state, which exporters list behind the data.</summary>
    private List<StatePair> WhollyEqual(List<StatePair> shown) =>
    [
        .. shown.GroupBy(edge => edge.Input)
            .Where(edges => edges.Count() > 1 && edges.Select(edge => _sources.Source(edge.Output)).Distinct().Count() == 1)
            .Select(edges => edges.Last()).Take(1),
    ];

    /// <summary>Names that say state, where the output follows from the input. At least one input stays data.</summary>
    private void AddNamed()
    {
        var named = FreeInputs.SelectMany(input => FreeOutputs.Where(output =>
                Fits(input, output) && _flows[input.Name][output.Name].Kind != RelationKind.None
                && StateNames.SayState(input.Name, output.Name)),
            (input, output) => new StatePair(input.Name, output.Name) { Evidence = NamesAlone })
                .ToList();
        var single = named.Where(edge => named.Count(other => other.Input == edge.Input || other.Output == edge.Output) == 1).ToList();
        if (single.Count < FreeInputs.Count())
            _pairs.AddRange(single);
    }

    /// <summary>
    /// The other state of an LSTM cell that is spelled out: h′ = o · tanh(c′), where c′ is a state already. Its names say nothing, but only
    /// one input is left that decides c′ too, and one output that is made of c′.
    /// </summary>
    private void AddCellOutputs()
    {
        foreach (var cell in _pairs.ToList())
        {
            var inputs = FreeInputs.Where(input => SameDims(input, cell.Input)
                && _flows[input.Name][cell.Output].Kind == RelationKind.Depends).ToList();
            var outputs = FreeOutputs.Where(output => IsGatedTanhOf(output.Name, cell.Output)).ToList();
            if (outputs.Count != 1 || FreeInputs.Count() < 2)
                continue;

            if (inputs.Count > 1)
                throw Ambiguous([.. inputs.Select(input => new StatePair(input.Name, outputs[0].Name))]);

            if (inputs.Count == 1 && Fits(inputs[0], outputs[0]))
            {
                var evidence = $"the output of the cell whose state is '{cell.Input}'";
                _pairs.Add(new StatePair(inputs[0].Name, outputs[0].Name) { Evidence = evidence });
            }
        }
    }

    private bool SameDims(OnnxValue input, string other) => _graph.Inputs.First(each => each.Name == other) is var state
        && Fits(input, state);

    private bool IsGatedTanhOf(string output, string state) =>
        _sources.Maker(output) is { OpType: "Mul" } product
        && product.Inputs.Exists(wire => _sources.Maker(wire) is { OpType: "Tanh" } tanh
            && _sources.Source(tanh.Inputs[0]) == _sources.Source(state));

    private EdgeSeqException Ambiguous(List<StatePair> shown)
    {
        var certain = _pairs.Count == 0 ? "" : $"; certain: {Text(_pairs)}";
        var choice = Choice(shown);
        return new EdgeSeqException(ErrorCodes.StatePairInvalid,
            $"which outputs are the next values of which inputs fits in more than one way: {Text(shown)}{certain}",
            $"choose, for example {Typed(_pairs.Concat(choice))}; or --state none if nothing is kept");
    }

    /// <summary>One way to choose: every input and output once.</summary>
    private static List<StatePair> Choice(List<StatePair> shown)
    {
        var choice = new List<StatePair>();
        foreach (var edge in shown.Where(edge => choice.TrueForAll(other => other.Input != edge.Input && other.Output != edge.Output)))
            choice.Add(edge);

        return choice;
    }

    private static string Text(IEnumerable<StatePair> pairs) => string.Join(", ", pairs.Select(pair => $"{pair.Input}={pair.Output}"));

    private static string Typed(IEnumerable<StatePair> pairs) =>
        string.Join(' ', pairs.Select(pair => $"--state {pair.Input}={pair.Output}"));

    private static StatePair Explicit(OnnxGraph graph, string input, string output)
    {
        var from = graph.Inputs.FirstOrDefault(value => value.Name == input) ?? throw Missing("input", input, graph.Inputs);
        var to = graph.Outputs.FirstOrDefault(value => value.Name == output) ?? throw Missing("output", output, graph.Outputs);
        return Fits(from, to)
            ? new StatePair(input, output) { Evidence = Given }
            : throw new EdgeSeqException(ErrorCodes.StatePairInvalid, $"state {from} does not have the type and shape of {to}");
    }

    private static EdgeSeqException Missing(string what, string name, IEnumerable<OnnxValue> values) =>
        new(ErrorCodes.InputValueInvalid, $"--state: there is no {what} '{name}'",
        $"{what}s are {string.Join(", ", values.Select(value => value.Name))}");

    /// <summary>The outputs with the shapes that follow from the graph, where it does not state them.</summary>
    private static List<OnnxValue> WithShapes(OnnxGraph graph)
    {
        if (graph.Outputs.TrueForAll(output => output.Dims is not null))
            return graph.Outputs;

        try
        {
            var types = TypeInference.Infer(graph);
            return [.. graph.Outputs.Select(output => output.Dims is null && types.TryGetValue(output.Name, out var inferred) ? inferred
                : output)];
        }
        catch (EdgeSeqException)
        {
            // What is wrong with the graph is told by who needs it right.
            return graph.Outputs;
        }
    }

    /// <summary>Same type and rank, and no dimension that is fixed to different sizes; an output may lack them.</summary>
    private static bool Fits(OnnxValue input, OnnxValue output) =>
        (output.ElementType == OnnxElementType.Undefined || input.ElementType == output.ElementType)
        && (input.Dims is null || output.Dims is null
            || (input.Dims.Count == output.Dims.Count && input.Dims.Zip(output.Dims)
            .All(pair => pair.First.Size is null || pair.Second.Size is null || pair.First.Size == pair.Second.Size)));
}
