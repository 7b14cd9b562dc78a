using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Onnx.Quantized;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>
/// The ONNX graph evaluated at concrete lengths: every wire's shape at one length, and the value of time-only wires at any length. Other
/// wires have no value here. ONNX Runtime does the evaluation, so no shape inference of our own can disagree with it.
/// </summary>
internal sealed class Analysis
{
    /// <summary>
    /// Tried in order: long enough for receptive fields first, prime so that no other dimension equals it by accident; then lengths
    /// with many divisors, for graphs that cut time into frames.
    /// </summary>
    private static readonly int[] TrialLengths = [67, 131, 263, 31, 521, 96, 480, 1536, 19, 11, 7, 5, 3, 2];

    private readonly WireValues _wires;

    /// <summary>All time-only wires at the other length, at which they are asked for one after the other; null where the model does not
    /// accept it for each of them.</summary>
    private readonly Lazy<IReadOnlyDictionary<string, OnnxTensor>?> _others;

    private readonly Dictionary<int, (string Wire, OnnxTensor? Value)> _evaluated = [];
    private readonly Dictionary<(string Wire, int Length), int[]?> _shapes = [];
    private readonly HashSet<string> _timeOnly;
    private readonly IReadOnlyDictionary<string, QuantizedConstant> _stored;

    private Analysis(OnnxGraph graph, IReadOnlyDictionary<string, int> timeAxes, int length, WireValues wires,
        HashSet<string> timeOnly, bool lengthIsFixed)
    {
        Graph = graph;
        TimeAxes = timeAxes;
        Length = length;
        LengthIsFixed = lengthIsFixed;
        _wires = wires;
        _timeOnly = timeOnly;
        _others = new(() => Evaluate([.. timeOnly.Where(IsTensor)], OtherLength));
        _stored = QuantizedConstants.Find(graph);
    }

    /// <summary>Lengths to try along an axis that is hardly time: each of its elements may be a whole sequence.</summary>
    public static IReadOnlyList<int> FewElements { get; } = [11, .. TrialLengths];

    public OnnxGraph Graph { get; }

    /// <summary>For each input that is a sequence, its time axis.</summary>
    public IReadOnlyDictionary<string, int> TimeAxes { get; }

    /// <summary>The length T at which shapes are known; 1 without a time axis.</summary>
    public int Length { get; }

    /// <summary>The length at the first step: 1 where each step brings an element, 0 where it finds what earlier steps left.</summary>
    public int FirstLength { get; private init; } = 1;

    /// <summary>Steps after which the length is <see cref="Length"/>.</summary>
    public int Steps => Length + 1 - FirstLength;

    /// <summary>The model was exported for this length only, or has no time axis.</summary>
    public bool LengthIsFixed { get; }

    /// <summary>A second length at which time-only wires are compared with the first; the same where the length is fixed.</summary>
    public int OtherLength => LengthIsFixed ? Length : Length - Math.Max(1, Length / 3);

    /// <summary>Evaluates the graph at the first trial length that it accepts, or at its own length where that is fixed.</summary>
    /// <param name="trialLengths">Lengths to try; null: the usual ones.</param>
    public static Analysis Of(OnnxGraph graph, IReadOnlyDictionary<string, int> timeAxes, int firstLength = 1,
        IReadOnlyList<int>? trialLengths = null)
    {
        var fixedLength = FixedLength(graph, timeAxes);
        var lengths = timeAxes.Count == 0 ? [1] : fixedLength is int only ? [only] : trialLengths ?? TrialLengths;
        var timeOnly = FindTimeOnly(graph);
        EdgeSeqException? first = null;
        foreach (var length in lengths)
        {
            try
            {
                var wires = WireValues.Of(graph, SampleInputs.Of(graph, timeAxes, length), timeOnly.Contains);
                return new Analysis(graph, timeAxes, length, wires, timeOnly, timeAxes.Count == 0 || fixedLength is not null)
                { FirstLength = firstLength };
            }
            catch (EdgeSeqException error)
            {
                first ??= error;
            }
        }

        throw first!;
    }

    /// <summary>The wire's value does not depend on the inputs' content, only (perhaps) on their length.</summary>
    public bool IsTimeOnly(string wire) => _timeOnly.Contains(wire);

    /// <summary>A time-only wire's value at <see cref="Length"/>; constants that the model stores as integers have their scales with
    /// them.</summary>
    public OnnxTensor Value(string wire)
    {
        var value = _wires.Values[wire];
        return _stored.TryGetValue(wire, out var stored) ? value.WithStoredScales(stored.Scales) : value;
    }

    /// <summary>The wire holds a tensor, not a sequence or an optional.</summary>
    public bool IsTensor(string wire) => _wires.Types.ContainsKey(wire);

    /// <summary>A wire's type, with its sizes at <see cref="Length"/>.</summary>
    public OnnxValue Type(string wire) => _wires.Types[wire];

    public int[] Shape(string wire) => Type(wire).StepShape();

    /// <summary>A time-only wire's value on inputs of another length; null where the model does not accept that length.</summary>
    public OnnxTensor? ValueAt(string wire, int length)
    {
        if (length == Length)
            return Value(wire);
        if (LengthIsFixed)
            return null;
        if (length == OtherLength && _others.Value?.GetValueOrDefault(wire) is { } other)
            return other;

        // One wire of each length is kept: the layers of a model mostly ask for the same mask.
        if (_evaluated.TryGetValue(length, out var kept) && kept.Wire == wire)
            return kept.Value;

        var value = Evaluate([wire], length)?[wire];
        _evaluated.TryAdd(length, (wire, value));
        return value;
    }

    /// <summary>A wire's shape on inputs of another length; null where the model does not accept that length.</summary>
    public int[]? ShapeAt(string wire, int length) => length == Length ? Shape(wire)
        : _shapes.TryGetValue((wire, length), out var known) ? known : _shapes[(wire, length)] = ValueAt(wire, length)?.StepShape();

    /// <summary>A wire's value that depends on the length and on one input of a number an element, whose elements are given; null where the
    /// model does not accept that length.</summary>
    public OnnxTensor? ValueAt(string wire, int length, GivenMask given)
    {
        try
        {
            var inputs = SampleInputs.Of(Graph, TimeAxes, length);
            var sample = inputs[given.Input];
            inputs[given.Input] = OnnxTensor.FromInts([.. Enumerable.Range(0, checked((int)sample.Count)).Select(given.Element)],
                [.. sample.Dims]).Cast(sample.ElementType);
            return OrtEvaluator.Evaluate(Graph, inputs, [wire])[wire];
        }
        catch (EdgeSeqException)
        {
            return null;
        }
    }

    /// <summary>The inputs on whose content a wire depends.</summary>
    public IReadOnlyList<string> InputsOf(string wire)
    {
        var reached = new HashSet<string> { wire };
        foreach (var node in Graph.Nodes.AsEnumerable().Reverse()
            .Where(node => node.OpType is not ("Shape" or "Size") && node.Outputs.Any(reached.Contains)))
        {
            reached.UnionWith(OnnxGraph.ReadBy(node));
        }

        return [.. Graph.Inputs.Select(input => input.Name).Where(reached.Contains)];
    }

    /// <summary>A time-only wire's values at the first step and those after it, as long as the model accepts the length.</summary>
    public IEnumerable<OnnxTensor> ValuesFromStart(string wire)
    {
        var open = Graph.Inputs.Select(input => input with
        {
            Dims = [.. SampleInputs.ShapeOf(input, TimeAxes, Length)
                .Select((dim, i) => TimeAxes.TryGetValue(input.Name, out var axis) && axis == i ? "length" : (OnnxDimension)dim)],
        });
        using var evaluator = new OrtEvaluator(Graph, [.. open], [wire]);
        for (var length = FirstLength; ; length++)
        {
            OnnxTensor value;
            try
            {
                var inputs = Graph.Inputs.ToDictionary(input => input.Name, input =>
                    OnnxTensor.Filled(input.ElementType, SampleInputs.ShapeOf(input, TimeAxes, length), 0));
                value = evaluator.Run(inputs)[wire];
            }
            catch (EdgeSeqException)
            {
                yield break;
            }

            yield return value;
        }
    }

    private IReadOnlyDictionary<string, OnnxTensor>? Evaluate(IReadOnlyCollection<string> wires, int length)
    {
        try
        {
            return OrtEvaluator.Evaluate(Graph, SampleInputs.OfLength(Graph, TimeAxes, length), wires, onlyShapes: true);
        }
        catch (EdgeSeqException)
        {
            return null;
        }
    }

    private static int? FixedLength(OnnxGraph graph, IReadOnlyDictionary<string, int> timeAxes)
    {
        foreach (var input in graph.Inputs)
        {
            if (timeAxes.TryGetValue(input.Name, out var axis) && input.Dims![axis].Size is long length)
                return checked((int)length);
        }

        return null;
    }

    private static HashSet<string> FindTimeOnly(OnnxGraph graph)
    {
        var known = new HashSet<string>(graph.Initializers.Keys) { string.Empty };
        foreach (var node in graph.Nodes)
        {
            if (node.OpType is "Shape" or "Size" || OnnxGraph.ReadBy(node).All(known.Contains))
                known.UnionWith(node.Outputs);
        }

        return known;
    }
}
