using System.Text.RegularExpressions;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Decomposition;
using EdgeSeq.Quantize.Onnx.Folding;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// States of a step graph that grow by one element a step: keys and values of attention that come in as past and go out as present,
/// with this step's behind them. The session keeps them in rings, so they are inputs and outputs no longer, and neither is a mask over
/// all that has come: every element counts.
/// </summary>
internal sealed partial class GrowingCaches
{
    private const int TrialLength = 3;

    private readonly OnnxGraph _original;
    private readonly HashSet<string> _masks;

    private GrowingCaches(OnnxGraph original, Dictionary<string, int> axes)
    {
        _original = original;
        Axes = axes;
        _masks = [.. original.Inputs.Where(input => !axes.ContainsKey(input.Name) && IsMask(input)).Select(input => input.Name)];
    }

    /// <summary>The axis along which each cache grows, by the name of its input.</summary>
    public IReadOnlyDictionary<string, int> Axes { get; }

    /// <summary>The caches among the states of a graph; null where none grows.</summary>
    public static GrowingCaches? Find(OnnxGraph graph, IReadOnlyList<StatePair> states)
    {
        var axes = new Dictionary<string, int>();
        foreach (var pair in states)
        {
            if (OpenAxis(graph.Inputs.First(input => input.Name == pair.Input)) is int axis)
                axes[pair.Input] = axis;
        }

        return axes.Count > 0 && Growing(graph, states, axes) is { Count: > 0 } growing ? new GrowingCaches(graph, growing) : null;
    }

    /// <summary>The graph of one step: caches of open length, every other open dimension 1, masks over all that has come all
    /// ones.</summary>
    public OnnxGraph OneStep()
    {
        var graph = _original.Clone();
        Fix(graph, Axes);
        foreach (var mask in _masks)
            FillWithOnes(graph, mask);

        graph = Simplification.Of(graph, FoldOptions.None);
        var read = graph.Nodes.SelectMany(OnnxGraph.ReadBy).Concat(graph.Outputs.Select(output => output.Name)).ToHashSet();
        graph.Inputs.RemoveAll(input => !read.Contains(input.Name));
        return graph;
    }

    /// <summary>What a model takes at a step (from 0) for an input that the program lacks and no earlier step gave.</summary>
    /// <param name="model">The graph as its file has it.</param>
    /// <returns>An empty cache, a mask of ones, the length so far; null for any other input.</returns>
    public OnnxTensor? InputAt(OnnxGraph model, string name, int step)
    {
        var input = model.Inputs.First(each => each.Name == name);
        var grows = Axes.TryGetValue(name, out var axis);
        long[] dims = [.. input.Dims!.Select((dim, i) => dim.Size
            ?? (grows && i == axis ? 0 : _masks.Contains(name) && i == input.Dims!.Count - 1 ? step + 1 : 1))];
        return grows ? OnnxTensor.Filled(input.ElementType, dims, 0)
            : _masks.Contains(name) ? OnnxTensor.Filled(input.ElementType, dims, 1)
            : LengthsSoFar(model, name) is int offset ? OnnxTensor.Filled(input.ElementType, dims, step + offset)
            : null;
    }

    /// <summary>GroupQueryAttention is told the index of the last key and the number of keys.</summary>
    private static int? LengthsSoFar(OnnxGraph model, string name) => model.Nodes.Where(node => node.OpType == "GroupQueryAttention")
        .Select(node => node.Input(5) == name ? 0 : node.Input(6) == name ? 1 : (int?)null).FirstOrDefault(offset => offset is not null);

    private static int? OpenAxis(OnnxValue input)
    {
        var open = Enumerable.Range(0, input.Dims?.Count ?? 0).Where(i => input.Dims![i].Size is null).ToList();
        if (open.Count > 1)
            open.Remove(0);

        return open.Count == 0 ? null
            : open.Where(i => input.Dims![i].Symbol is { } symbol && LengthName().IsMatch(symbol)).Append(open[0]).First();
    }

    /// <summary>The states that come out one element longer than they went in.</summary>
    private static Dictionary<string, int>? Growing(OnnxGraph graph, IReadOnlyList<StatePair> states, Dictionary<string, int> axes)
    {
        var trial = new GrowingCaches(graph, axes).OneStep();
        axes = axes.Where(axis => trial.Inputs.Exists(input => input.Name == axis.Key)).ToDictionary();
        try
        {
            var values = OrtEvaluator.Evaluate(trial, SampleInputs.Of(trial, axes, TrialLength));
            return axes.Where(pair => values[states.First(state => state.Input == pair.Key).Output].Dims is { } dims
                && pair.Value < dims.Count && dims[pair.Value] == TrialLength + 1).ToDictionary();
        }
        catch (EdgeSeqException)
        {
            return null;
        }
    }

    private static void Fix(OnnxGraph graph, IReadOnlyDictionary<string, int> axes)
    {
        for (var i = 0; i < graph.Inputs.Count; i++)
        {
            var input = graph.Inputs[i];
            var open = axes.GetValueOrDefault(input.Name, -1);
            if (input.Dims is not null)
            {
                graph.Inputs[i] =
                    input with { Dims = [.. input.Dims.Select((dim, axis) => axis == open ? "past" : (OnnxDimension)(dim.Size ?? 1))] };
            }
        }

        for (var i = 0; i < graph.Outputs.Count; i++)
            graph.Outputs[i] = graph.Outputs[i] with { Dims = null };
    }

    private void FillWithOnes(OnnxGraph graph, string mask)
    {
        var input = graph.Inputs.First(each => each.Name == mask);
        var (cache, axis) = Axes.First();
        var wires = NameScope.OfWires(graph);
        string New(string what) => wires.Unique($"{mask}/{what}");
        string Constant(OnnxTensor tensor)
        {
            var wire = New("constant");
            graph.Initializers[wire] = tensor;
            return wire;
        }

        string shape = New("shape"), past = New("past"), total = New("total"), dims = New("dims");
        var front = Constant(OnnxTensor.Vector([.. input.Dims!.SkipLast(1).Select(dim => dim.Size!.Value)]));
        OnnxNode Node(string opType, string output, params string[] inputs) =>
            new($"{mask}/{opType}", opType) { Inputs = [.. inputs], Outputs = [output] };
        var fill = Node("ConstantOfShape", mask, dims);
        fill.Attributes["value"] = OnnxTensor.Filled(input.ElementType, [1], 1);
        var concat = Node("Concat", dims, front, total);
        concat.Attributes["axis"] = 0L;
        graph.Nodes.InsertRange(0, [Node("Shape", shape, cache), Node("Gather", past, shape, Constant(OnnxTensor.Vector(axis))),
            Node("Add", total, past, Constant(OnnxTensor.Vector(1))), concat, fill]);
        graph.Inputs.Remove(input);
    }

    /// <summary>A mask whose last axis is open.</summary>
    private static bool IsMask(OnnxValue input) => input.Dims is { Count: > 1 } dims && dims[^1].Size is null
        && MaskName().IsMatch(input.Name);

    [GeneratedRegex("past|cache|seq|len|time|context|^[tpls]$", RegexOptions.IgnoreCase)]
    private static partial Regex LengthName();

    [GeneratedRegex("mask", RegexOptions.IgnoreCase)]
    private static partial Regex MaskName();
}
