using System.Globalization;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// Turns a float step graph into an int8 one of the same nodes: weights per row, embeddings per row of the table, keys and values per
/// token and head. Biases, gates, cell states, depthwise kernels and everything without weights stay float.
/// </summary>
internal static class Quantizer
{
    /// <summary>Quantises with the weights alone; every activation finds its scale at each step.</summary>
    /// <param name="graph">Stays as it is.</param>
    public static StepGraph Quantize(StepGraph graph, QuantizerOptions options) =>
        Quantize(graph, options, new Dictionary<(int, WeightSlot), SecondMoments>());

    /// <summary>Quantises with the weights and what noise shows; every activation finds its scale at each step.</summary>
    /// <param name="graph">Stays as it is.</param>
    /// <param name="moments">By the nodes of the graph that quantising with the weights alone gives.</param>
    public static StepGraph Quantize(
        StepGraph graph, QuantizerOptions options, IReadOnlyDictionary<(int Node, WeightSlot Slot), SecondMoments> moments) =>
        Rounded(Prepared(graph, options), options, moments);

    /// <summary>Quantises with what recordings show: codes that keep the error of each product small rather than that of each weight,
    /// biases that take up the mean of what is left, fixed activation scales where they beat those found at each step, and more precision
    /// where the goal asks for it.</summary>
    /// <param name="graph">Stays as it is.</param>
    /// <param name="description">Of the program to be.</param>
    /// <param name="recordings">Replayed twice, and again as far as it takes to find nodes that need more than int8.</param>
    /// <exception cref="EdgeSeqException">What is wrong with the recordings.</exception>
    public static (StepGraph Graph, PrecisionReport? Report) Calibrate(
        StepGraph graph, QuantizerOptions options, ProgramDescription description, RecordingSet recordings,
        IProgress<string>? progress = null)
    {
        graph = Prepared(graph, options);
        var plain = Rounded(graph, options, new Dictionary<(int, WeightSlot), SecondMoments>());
        var observed = Observe(plain, new Dictionary<(int, WeightSlot), IReadOnlyList<StaticRange>>(), "weights");
        var moments = observed.Where(pair => pair.Value.Moments is not null).ToDictionary(pair => pair.Key, pair => pair.Value.Moments!);
        var result = Rounded(graph, options, moments);
        var candidates = observed.ToDictionary(pair => pair.Key, pair => StaticRange.Of(pair.Value.Magnitudes));
        foreach (var ((index, slot), statistics) in Observe(result, candidates, "activations"))
        {
            if (statistics.StaticRange is StaticRange range && IsInt8(result.Nodes[index], slot))
                FixScale(result.Nodes[index], slot, range.Scale);
        }

        if (options.Goal is not PrecisionGoal goal)
            return (result, null);

        var trials = new TrialRecordings(graph, description, recordings, options.Labels);
        return PrecisionSearch.Run(new FormedNodes(graph, result, moments), goal, trials, options.FloatNodes, raiseFree: true,
            progress);

        Dictionary<(int Node, WeightSlot Slot), ActivationStatistics> Observe(
            StepGraph quantized, IReadOnlyDictionary<(int Node, WeightSlot Slot), IReadOnlyList<StaticRange>> ranges, string what) =>
            Calibrator.Observe(quantized, ranges, description, recordings, (done, all) => progress?.Report(Text(what, done, all)));
    }

    /// <summary>Quantises with the weights alone, and raises nodes until the goal is met.</summary>
    /// <param name="graph">Stays as it is.</param>
    /// <param name="moments">Of what matrices multiply, as far as noise shows it.</param>
    /// <param name="trials">What graphs are tried on.</param>
    public static (StepGraph Graph, PrecisionReport Report) Raise(StepGraph graph, QuantizerOptions options, PrecisionGoal goal,
        IReadOnlyDictionary<(int Node, WeightSlot Slot), SecondMoments> moments, TrialRecordings trials, IProgress<string>? progress)
    {
        graph = Prepared(graph, options);
        return PrecisionSearch.Run(new FormedNodes(graph, Rounded(graph, options, moments), moments), goal, trials, options.FloatNodes,
            raiseFree: false, progress);
    }

    private static string Text(string what, long done, long? all) =>
        string.Create(CultureInfo.InvariantCulture, $"calibrating {what}: step {done:N0}{(all is long steps ? $" of {steps:N0}" : "")}");

    private static StepGraph Rounded(
        StepGraph graph, QuantizerOptions options, IReadOnlyDictionary<(int Node, WeightSlot Slot), SecondMoments> moments)
    {
        var result = graph.Copy();
        var shared = new Dictionary<StepValue, (StepValue Codes, StepValue Scales)>();
        for (var i = 0; i < result.Nodes.Count; i++)
        {
            var node = result.Nodes[i];
            if (options.StaysFloat(node))
                continue;

            foreach (var slot in WeightSlot.Of(node))
                WeightQuantizer.Quantize(result, node, slot, moments.GetValueOrDefault((i, slot)), shared);

            QuantizeTable(result, node);
            QuantizeRings(result, node);
        }

        return result;
    }

    private static StepGraph Prepared(StepGraph graph, QuantizerOptions options)
    {
        var prepared = StoredQuantization.Prepare(graph, [.. options.FloatNodes.Keys]);
        InputScaling.Apply(prepared, node => options.Risks.Scaled.ContainsKey(node.Name) && !options.StaysFloat(node));
        OneSidedInputs.Mark(prepared);
        return prepared;
    }

    private static void FixScale(StepNode node, WeightSlot slot, float scale)
    {
        if (node.Attributes.TryAdd(slot.ActivationScale, scale) && slot.Shift is int shift)
            node.Inputs[shift] = null;
    }

    private static bool IsInt8(StepNode node, WeightSlot slot) => node.Inputs[slot.Weights]!.Type == ElementType.I8;

    /// <summary>An embedding: a float table whose rows are looked up whole.</summary>
    private static void QuantizeTable(StepGraph graph, StepNode node)
    {
        if (!NodePrecisions.IsTable(node))
            return;

        var definition = node.Definition.Inputs.Single(input => input.Role == OperandRole.Table);
        var table = node.In(definition.Name)!;
        int rows = node.Int("rows"), inner = node.Int("inner");
        var (codes, scales) = RowQuantizer.Quantize(table.Floats, rows, inner);
        node.SetIn(definition.Name, graph.Constant($"{table.Name}.int8", codes, [rows, inner]));
        node.SetIn(definition.Scale!, graph.Constant($"{table.Name}.scale", scales, [rows]));
    }

    private static void QuantizeRings(StepGraph graph, StepNode node)
    {
        if (!NodePrecisions.HasRings(node))
            return;
        int kvHeads = node.Int("kvHeads"), window = node.Int("window");
        Quantize("kRing", "kScale", AttentionRings.KeyBytes(kvHeads, window, node.Int("keySize")));
        Quantize("vRing", "vScale", AttentionRings.ValueBytes(kvHeads, window, node.Int("valueSize")));

        void Quantize(string ring, string scale, int bytes)
        {
            var name = node.In(ring)!.Name;
            node.SetIn(ring, graph.State($"{name}.int8", ElementType.I8, [bytes]));
            node.SetIn(scale, graph.State($"{name}.scale", ElementType.F32, [kvHeads, window]));
        }
    }
}
