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

    private WindowReuse(Analysis analysis, IReadOnlyDictionary<string, WindowColumns> inputs)
    {
        _analysis = analysis;
        foreach (var (input, columns) in inputs.Where(input => input.Value.Repeats))
            _columns[input] = columns;

        foreach (var node in analysis.Graph.Nodes)
        {
            if (new ColumnRules(analysis, _columns).Of(node) is not { } kept)
                continue;

            _kept[node] = kept;
            foreach (var output in node.Outputs.Where(output => output.Length > 0 && kept.Result.Repeats))
                _columns[output] = kept.Result;
        }

        CountTaken();
    }

    /// <summary>What a window repeats of the one before; null where nothing that takes time would be saved.</summary>
    /// <param name="analysis">The graph on windows of its length.</param>
    /// <param name="inputs">The columns of the inputs that are windows.</param>
    public static ReusedWindow? Of(Analysis analysis, IReadOnlyDictionary<string, WindowColumns> inputs)
    {
        // A window that repeats less than half of the one before is computed whole: one product of many columns is faster than two of few.
        if (inputs.Values.Any(columns => columns.Fresh * 2 > columns.Length))
            return null;

        var reuse = new WindowReuse(analysis, inputs);
        return reuse.Saves() ? reuse.Build(inputs.Keys) : null;
    }

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

    private ReusedWindow Build(IEnumerable<string> windows)
    {
        var builder = new ReuseBuilder(_analysis, _columns, _taken);
        foreach (var input in windows)
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
