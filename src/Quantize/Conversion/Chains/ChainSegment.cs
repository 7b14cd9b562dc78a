using EdgeSeq.Quantize.Conversion.States;
using EdgeSeq.Quantize.Conversion.Windows;
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
/// <param name="inputRate">Steps of the chain for each element of its inputs.</param>
internal sealed class ChainSegment(string name, OnnxGraph graph, IReadOnlyList<StatePair> states, ConvertOptions options,
    InputRate inputRate)
{
    public string Name { get; } = name;

    public IReadOnlyList<StatePair> States { get; } = states;

    /// <summary>As it was given.</summary>
    public required OnnxGraph Source { get; init; }

    /// <summary>The user's options changed the graph: it is not as in its file.</summary>
    public bool IsEdited { get; private init; }

    /// <summary>What it keeps from window to window; null: nothing.</summary>
    public ReusedWindow? Reuse { get; private init; }

    /// <summary>Inputs that links, or the caller, give.</summary>
    public IReadOnlyList<OnnxValue> DataInputs { get; } =
        [.. graph.Inputs.Where(input => states.All(pair => pair.Input != input.Name))];

    public IReadOnlyList<string> DataOutputs { get; } =
        [.. graph.Outputs.Select(output => output.Name).Where(output => states.All(pair => pair.Output != output))];

    private StreamOptions PartOptions => new(options.Positions, options.MaxContext) { InputRate = inputRate };

    private Dictionary<string, int> Axes =>
        options.TimeAxes.Where(pair => graph.Inputs.Any(input => input.Name == pair.Key)).ToDictionary();

    /// <summary>A model's graph on its own; names of its nodes begin with the part's.</summary>
    public static ChainSegment OfModel(string name, OnnxGraph source, ConvertOptions options, InputRate inputRate, bool named)
    {
        source = source.Clone();
        var edits = ChainOptions.Of(source, options);
        var kept = InputEdits.Apply(source, edits);
        var graph = Simplification.Of(source.Clone(), new FoldOptions { Values = OwnValues(source, options) });
        var given = Own(graph, [.. options.States, .. kept]);
        var states = StatePairing.Find(graph, given, options.FindStates ?? given.Length == kept.Count);
        graph = StateShapes.Fix(graph, states);
        if (named)
            Rename(graph, name);

        return new ChainSegment(name, graph, states, options, inputRate) { Source = source, IsEdited = InputEdits.Needed(edits) };
    }

    /// <summary>The part on windows of its only input: it computes what is new in each, where that can be.</summary>
    public ChainSegment OnWindows(OnnxValue input, LinkWindow window)
    {
        if (States.Count > 0 || DataInputs.Count > 1)
            return this;

        long[] shape = [.. input.Dims!.Select((dim, i) => i == window.Axis ? window.Length : dim.Size ?? 1)];
        var known = Simplification.Of(graph, new FoldOptions
        {
            Shapes = new Dictionary<string, IReadOnlyList<long>> { [input.Name] = shape },
        });
        var analysis = Analysis.Of(CroppedPadding.Without(known), new Dictionary<string, int> { [input.Name] = window.Axis });
        if (WindowReuse.Of(analysis, window.Hop) is not { } reuse)
            return this;

        PartCheck.Run(reuse.Alone(analysis, window.Hop), Name, [], analysis, window.Hop);
        return new ChainSegment(Name, reuse.Graph, reuse.States, options, inputRate)
        { Source = Source, IsEdited = IsEdited, Reuse = reuse };
    }

    /// <summary>Runs the graph on the given wires; an input without one becomes the program's. An open axis along which what comes is an
    /// element is time; else the graph runs whole each time.</summary>
    /// <param name="before">The parts before it; null: this is the first.</param>
    public StreamTransform Run(StreamTransform? before, IReadOnlyDictionary<string, LinkedWire> wires, string inputPrefix)
    {
        if (IsSequence(wires))
            return RunStream(before, wires, null);

        try
        {
            return RunStep(before, wires, inputPrefix);
        }
        catch (EdgeSeqException misfit) when (wires.Count == 1 && wires.Values.First() is { Window: null, Stream: not null }
            && misfit.ExitCode
            is ExitCode.Usage or ExitCode.Unsupported)
        {
            return RunStream(before, wires, misfit);
        }
    }

    private bool IsSequence(IReadOnlyDictionary<string, LinkedWire> wires)
    {
        if (States.Count > 0 || wires.Count > 1 || wires.Values.Any(wire => wire.Window is not null || wire.Stream is null))
            return false;

        return TimeAxisGuess.Candidates(graph, Axes, [.. SequenceLengths.Find(graph)]).Any(candidate =>
            candidate.Proof is TimeAxisProof.None or TimeAxisProof.Place && TimeAxisSearch.SizeOf(graph, candidate) is null
            && candidate.Axes.All(pair => !wires.TryGetValue(pair.Key, out var wire)
            || ElementOf(pair.Key, pair.Value) == wire.Value.Length));
    }

    /// <summary>Values of one element of an input along an axis; open dimensions beside it are 1.</summary>
    private long ElementOf(string input, int axis) => graph.Inputs.First(each => each.Name == input).Dims!
        .Where((_, i) => i != axis).Aggregate(1L, (product, dim) => product * (dim.Size ?? 1));

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
        return StreamTransform.ForPart(analysis, before, bound, States, PartOptions, TransferRules.Table, isStep: true, inputPrefix,
            wires.Values.Select(wire => wire.Whole).FirstOrDefault(), Reuse?.Steps);
    }

    /// <summary>Along the time axis that streams.</summary>
    /// <param name="misfit">Why it does not run whole; null: that was not tried.</param>
    private StreamTransform RunStream(StreamTransform? before, IReadOnlyDictionary<string, LinkedWire> wires, EdgeSeqException? misfit)
    {
        var prepared = InitialStates.Bind(graph, States, Axes);
        EdgeSeqException? refused = null;
        foreach (var candidate in TimeAxisGuess.Candidates(prepared, Axes,
            [.. States.Select(pair => pair.Input), .. SequenceLengths.Find(prepared)])
            .Where(candidate => wires.Keys.All(candidate.Axes.ContainsKey)))
        {
            try
            {
                var analysis = Analysis.Of(SequenceLengths.Bind(prepared, candidate.Axes), candidate.Axes);
                if (wires.Any(pair => Element(analysis, pair.Key) != pair.Value.Value.Length))
                    continue;

                PartCheck.Run(StreamTransform.RunStream(analysis, new StreamOptions(options.Positions, options.MaxContext),
                    TransferRules.Table), Name, []);
                var streams = wires.ToDictionary(pair => pair.Key, pair => (Wire)new StreamWire(
                    pair.Value.Value.View(Shapes.With(analysis.Shape(pair.Key), candidate.Axes[pair.Key], 1)), pair.Value.Clock,
                    candidate.Axes[pair.Key], analysis.Shape(pair.Key)));
                return StreamTransform.ForPart(analysis, before, streams, [], PartOptions, TransferRules.Table, isStep: false, Name);
            }
            catch (EdgeSeqException error) when (error.ExitCode == ExitCode.Unsupported)
            {
                refused ??= error;
            }
        }

        throw refused ?? misfit ?? FrontEndErrors.Invalid($"'{Name}' has no time axis along which it streams", "a link with window=W "
            + "runs it whole");

        static int Element(Analysis analysis, string input) =>
            Shapes.Count(analysis.Shape(input)) / analysis.Shape(input)[analysis.TimeAxes[input]];
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
