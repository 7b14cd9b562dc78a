using EdgeSeq.Quantize.Conversion.States;
using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Decomposition;
using EdgeSeq.Quantize.Onnx.Folding;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Streaming.Rules;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>One part of a chain: a graph with its states, which continues wires of the parts before it.</summary>
internal sealed class ChainSegment(string name, OnnxGraph graph, IReadOnlyList<StatePair> states, ConvertOptions options)
{
    public string Name { get; } = name;

    public IReadOnlyList<StatePair> States { get; } = states;

    /// <summary>Inputs that links, or the caller, give.</summary>
    public IReadOnlyList<OnnxValue> DataInputs { get; } =
        [.. graph.Inputs.Where(input => states.All(pair => pair.Input != input.Name))];

    public IReadOnlyList<string> DataOutputs { get; } =
        [.. graph.Outputs.Select(output => output.Name).Where(output => states.All(pair => pair.Output != output))];

    /// <summary>A model's graph on its own; names of its nodes begin with the part's.</summary>
    public static ChainSegment OfModel(string name, OnnxGraph source, ConvertOptions options, bool named)
    {
        var graph = Simplification.Of(source.Clone(), new FoldOptions { Values = OwnValues(source, options) });
        var given = Own(graph, options.States);
        var states = StatePairing.Find(graph, given, options.FindStates ?? given.Length == 0);
        graph = StateShapes.Fix(graph, states);
        if (named)
            Rename(graph, name);

        return new ChainSegment(name, graph, states, options);
    }

    /// <summary>Runs the graph on the given wires; an input without one becomes the program's.</summary>
    /// <param name="before">The parts before it; null: this is the first.</param>
    public StreamTransform Run(StreamTransform? before, IReadOnlyDictionary<string, LinkedWire> wires, string inputPrefix)
    {
        try
        {
            return RunStep(before, wires, inputPrefix);
        }
        catch (EdgeSeqException misfit) when (wires.Count == 1 && wires.Values.First() is { IsWindow: false, Stream: not null }
            && misfit.ExitCode
            is ExitCode.Usage or ExitCode.Unsupported)
        {
            return RunStream(before!, wires.First().Key, wires.First().Value, misfit);
        }
    }

    /// <summary>The whole graph each time that its inputs are there.</summary>
    private StreamTransform RunStep(StreamTransform? before, IReadOnlyDictionary<string, LinkedWire> wires, string inputPrefix)
    {
        var shapes = DataInputs.ToDictionary(input => input.Name, input =>
            (IReadOnlyList<long>)ShapeOf(input, wires.GetValueOrDefault(input.Name)));
        var known = Simplification.Of(graph, new FoldOptions { Shapes = shapes });
        var analysis = Analysis.Of(known, new Dictionary<string, int>());
        PartCheck.Run(StreamTransform.ForStep(analysis, States, new StreamOptions(options.Positions, options.MaxContext),
            TransferRules.Table),
            Name, States);
        var bound = wires.ToDictionary(pair => pair.Key, pair => (Wire)new LatestWire(
            pair.Value.Value.View([.. shapes[pair.Key].Select(dim => (int)dim)]), pair.Value.Clock));
        return StreamTransform.ForPart(analysis, before, bound, States, new StreamOptions(options.Positions, options.MaxContext),
            TransferRules.Table, isStep: true, inputPrefix);
    }

    /// <summary>Along the time axis that streams.</summary>
    private StreamTransform RunStream(StreamTransform before, string input, LinkedWire wire, EdgeSeqException misfit)
    {
        var prepared = InitialStates.Bind(graph, States, options.TimeAxes);
        EdgeSeqException? refused = null;
        foreach (var candidate in TimeAxisGuess.Candidates(prepared, options.TimeAxes,
            [.. States.Select(pair => pair.Input), .. SequenceLengths.Find(prepared)])
            .Where(candidate => candidate.Axes.ContainsKey(input)))
        {
            try
            {
                var analysis = Analysis.Of(SequenceLengths.Bind(prepared, candidate.Axes), candidate.Axes);
                var full = analysis.Shape(input);
                var axis = candidate.Axes[input];
                if (Shapes.Count(full) / full[axis] != wire.Value.Length)
                    continue;

                PartCheck.Run(StreamTransform.ForStream(analysis, new StreamOptions(options.Positions, options.MaxContext),
                    TransferRules.Table),
                    Name, []);
                var stream = new StreamWire(wire.Value.View(Shapes.With(full, axis, 1)), wire.Clock, axis, full);
                return StreamTransform.ForPart(analysis, before, new Dictionary<string, Wire> { [input] = stream }, [],
                    new StreamOptions(options.Positions, options.MaxContext), TransferRules.Table, isStep: false, Name);
            }
            catch (EdgeSeqException error) when (error.ExitCode == ExitCode.Unsupported)
            {
                refused ??= error;
            }
        }

        throw refused ?? misfit;
    }

    /// <summary>Open dimensions are 1 but for the one that makes the size of what comes.</summary>
    private long[] ShapeOf(OnnxValue input, LinkedWire? wire)
    {
        var dims = input.Dims ?? throw FrontEndErrors.Invalid($"input '{input.Name}' of '{Name}' has no rank");
        long[] shape = [.. dims.Select(dim => dim.Size ?? 1)];
        var known = shape.Aggregate(1L, (product, dim) => product * dim);
        if (wire is null || known == wire.Value.Length)
            return shape;

        var open = Enumerable.Range(0, shape.Length).LastOrDefault(i => dims[i].Size is null, -1);
        if (open >= 0 && known > 0 && wire.Value.Length % known == 0)
        {
            shape[open] = wire.Value.Length / known;
            return shape;
        }

        throw FrontEndErrors.Invalid($"'{input.Name}' of '{Name}' takes {OnnxShape.Format(shape)} and {wire.Value.Length} values come",
            "a link with window=W takes the last W elements");
    }

    private static Dictionary<string, string> OwnValues(OnnxGraph graph, ConvertOptions options) =>
        options.Set.Where(pair => graph.Inputs.Any(input => input.Name == pair.Key)).ToDictionary();

    private static (string Input, string Output)[] Own(OnnxGraph graph, IReadOnlyList<(string Input, string Output)> given) =>
        [.. given.Where(pair => graph.Inputs.Any(input => input.Name == pair.Input))];

    private static void Rename(OnnxGraph graph, string prefix)
    {
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            graph.Nodes[i] = new OnnxNode($"{prefix}/{node.Name}", node.OpType, node.Domain)
            {
                Opset = node.Opset,
                Inputs = node.Inputs,
                Outputs = node.Outputs,
                Attributes = node.Attributes,
            };
        }
    }
}
