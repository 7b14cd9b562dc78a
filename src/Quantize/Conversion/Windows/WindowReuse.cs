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
    private readonly ColumnRules _rules;
    private readonly Dictionary<string, WindowColumns> _columns = [];
    private readonly Dictionary<OnnxNode, KeptNode> _kept = [];
    private readonly Dictionary<string, TakenColumns> _taken = [];

    private WindowReuse(Analysis analysis, int hop)
    {
        _analysis = analysis;
        foreach (var (input, axis) in analysis.TimeAxes)
            _columns[input] = new WindowColumns(axis, analysis.Length, hop);

        _rules = new ColumnRules(analysis, _columns);
        foreach (var node in analysis.Graph.Nodes)
        {
            if (_rules.Of(node) is not { } kept)
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

    /// <summary>Nor several windows' columns in turns, nor anything at the begin of one.</summary>
    private bool TakesNoWholeWindow() => _analysis.Graph.Outputs.All(output => !_columns.ContainsKey(output.Name))
        && _columns.Values.All(columns => columns is { Period: 1, Head: 0, Tail: 0 })
        && _analysis.Graph.Nodes.All(node => _kept.ContainsKey(node) || !OnnxGraph.ReadBy(node).Any(_columns.ContainsKey));

    private bool Saves() => _kept.Any(pair => pair.Key.OpType is "Conv" or "MatMul" or "Gemm"
        && pair.Value.Result.Computed < _analysis.Shape(pair.Key.Outputs[0])[pair.Value.Result.Axis])
        || _analysis.Graph.Nodes.Any(node => Recurrent(node) is not null);

    /// <summary>What a recurrent layer's input repeats along its steps; null: nothing, or the node is no such layer.</summary>
    private WindowColumns? Recurrent(OnnxNode node) =>
        node.OpType is "LSTM" or "GRU" or "RNN" && _columns.TryGetValue(node.Inputs[0], out var steps) && steps.Axis == 0 ? steps : null;

    /// <summary>From the end to the begin: what the nodes take of each wire.</summary>
    private void CountTaken()
    {
        foreach (var output in _analysis.Graph.Outputs)
            Take(output.Name, TakenColumns.All);

        foreach (var node in _analysis.Graph.Nodes.AsEnumerable().Reverse())
        {
            var taken = !_kept.TryGetValue(node, out var kept) ? TakenColumns.All
                : new TakenColumns(Asks(node, kept) ? kept.Begin.Reach : 0, kept.End.Reach);
            foreach (var wire in OnnxGraph.ReadBy(node))
                Take(wire, taken);
        }
    }

    private void Take(string wire, TakenColumns taken)
    {
        if (_columns.TryGetValue(wire, out var columns))
            _taken[wire] = _taken.GetValueOrDefault(wire).And(taken).Within(columns.Length);
    }

    /// <summary>Whether somebody takes columns of its results that look beyond the window's begin.</summary>
    private bool Asks(OnnxNode node, KeptNode kept) => node.Outputs.Any(output =>
        _taken.TryGetValue(output, out var taken) && taken.AsksForBegin(kept.Result));

    private ReusedWindow Build()
    {
        var builder = new ReuseBuilder(_analysis, _columns, _taken);
        foreach (var input in _analysis.TimeAxes.Keys)
            builder.AddWindow(input);

        foreach (var node in _analysis.Graph.Nodes)
        {
            if (_kept.TryGetValue(node, out var kept))
                builder.AddKept(node, kept, Asks(node, kept));
            else if (Recurrent(node) is { } steps)
                builder.AddRecurrent(node, steps);
            else
                builder.AddWhole(node, _rules.WhyNot(node));
        }

        return builder.Finish();
    }
}
