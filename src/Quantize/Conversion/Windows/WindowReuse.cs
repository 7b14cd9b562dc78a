using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Streaming;

namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>
/// A model that runs on overlapping windows, as a graph that computes what is new in each window and keeps the rest in states: what
/// treats every column alike (<see cref="ColumnRules"/>) is computed on the new columns, what is not takes whole windows, put together
/// from the columns of those before.
/// </summary>
internal sealed class WindowReuse
{
    private readonly Analysis _analysis;
    private readonly Dictionary<string, WindowColumns> _columns = [];
    private readonly Dictionary<OnnxNode, KeptNode> _kept = [];

    /// <summary>How many of its last columns are taken of each wire that repeats.</summary>
    private readonly Dictionary<string, int> _taken = [];

    private WindowReuse(Analysis analysis, int hop)
    {
        _analysis = analysis;
        foreach (var (input, axis) in analysis.TimeAxes)
            _columns[input] = new WindowColumns(axis, analysis.Length, hop);

        var rules = new ColumnRules(analysis, _columns);
        foreach (var node in analysis.Graph.Nodes)
        {
            if (rules.Of(node) is not { } kept)
                continue;

            _kept[node] = kept;
            foreach (var output in node.Outputs.Where(output => output.Length > 0 && kept.Result.Repeats))
                _columns[output] = kept.Result;
        }

        CountTaken();
    }

    /// <summary>What a window repeats of the one before; null where nothing that takes time would be saved, or where zeros
    /// before the first element would leave something in a state that is not finite.</summary>
    /// <param name="analysis">The graph on windows of its length.</param>
    /// <param name="hop">Elements from one window to the next.</param>
    public static ReusedWindow? Of(Analysis analysis, int hop)
    {
        // A window that repeats less than half of the one before is computed whole: one product of many columns is faster than two of few.
        if (hop * 2 > analysis.Length)
            return null;

        var reuse = new WindowReuse(analysis, hop);
        return reuse.Saves() && reuse.Build() is var reused && reused.IsFiniteAtStart() ? reused : null;
    }

    /// <summary>
    /// The shortest hop with which everything up to the last column is new columns: nothing is computed twice, as in a stream that gives
    /// an output every so many elements. Null: there is none.
    /// </summary>
    public static int? StreamHop(Analysis analysis)
    {
        for (var hop = 1; hop * 2 <= analysis.Length; hop++)
        {
            var reuse = new WindowReuse(analysis, hop);
            if (reuse.Saves() && reuse.TakesNoWholeWindow())
                return hop;
        }

        return null;
    }

    private bool TakesNoWholeWindow() => _analysis.Graph.Outputs.All(output => !_columns.ContainsKey(output.Name))
        && _analysis.Graph.Nodes.All(node => _kept.ContainsKey(node) || !OnnxGraph.ReadBy(node).Any(_columns.ContainsKey));

    private bool Saves() => _kept.Any(pair => pair.Key.OpType is "Conv" or "MatMul" or "Gemm"
        && pair.Value.Result.Computed < _analysis.Shape(pair.Key.Outputs[0])[pair.Value.Result.Axis]);

    private void CountTaken()
    {
        void Take(string wire, int count)
        {
            if (_columns.TryGetValue(wire, out var columns))
                _taken[wire] = Math.Max(_taken.GetValueOrDefault(wire, columns.Computed), count);
        }

        foreach (var node in _analysis.Graph.Nodes)
        {
            foreach (var wire in OnnxGraph.ReadBy(node).Where(_columns.ContainsKey))
                Take(wire, _kept.TryGetValue(node, out var kept) ? kept.Reads + kept.Behind : _columns[wire].Length);
        }

        foreach (var output in _analysis.Graph.Outputs.Where(output => _columns.ContainsKey(output.Name)))
            Take(output.Name, _columns[output.Name].Length);
    }

    private ReusedWindow Build()
    {
        var builder = new ReuseBuilder(_analysis, _columns, _taken);
        foreach (var input in _analysis.TimeAxes.Keys)
            builder.AddWindow(input);

        foreach (var node in _analysis.Graph.Nodes)
        {
            if (_kept.TryGetValue(node, out var kept))
                builder.AddKept(node, kept);
            else
                builder.AddWhole(node);
        }

        return builder.Finish();
    }
}
