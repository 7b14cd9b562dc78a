using EdgeSeq.Quantize.Onnx.Writing;
using EdgeSeq.Runtime.Errors;
using Microsoft.ML.OnnxRuntime;

namespace EdgeSeq.Quantize.Onnx.Ort;

/// <summary>Computes any wires of a graph from any others, exactly as the graph says (no optimisation).</summary>
public sealed class OrtEvaluator : IDisposable
{
    private readonly InferenceSession? _session;
    private readonly IReadOnlyCollection<string> _computed;
    private readonly IReadOnlyCollection<string> _wanted;
    private readonly OnnxGraph _graph;

    /// <param name="inputs">The wires that every run gives, graph inputs or inner ones; dimensions may be open.</param>
    /// <param name="wanted">The wires that every run returns; null for all.</param>
    /// <param name="onlyShapes">Whether wires of which the wanted ones only take the shape may be left uncomputed.</param>
    /// <exception cref="EdgeSeqException">ES0204: a wanted wire depends on one that is not given; ES0208, ES0452: ONNX Runtime
    /// refuses.</exception>
    public OrtEvaluator(OnnxGraph graph, IReadOnlyCollection<OnnxValue> inputs, IReadOnlyCollection<string>? wanted = null,
        bool onlyShapes = false)
    {
        _graph = graph;
        _wanted = wanted ?? [.. graph.Defined()];
        var given = inputs.Select(input => input.Name).ToHashSet();
        _computed = [.. _wanted.Where(wire => !given.Contains(wire) && graph.Constant(wire) is null)];
        if (_computed.Count == 0)
            return;
        var slice = GraphSlice.Take(graph, inputs, _computed);
        _session = OrtRuntime.OpenBounded(OnnxWriter.ToBytes(slice), graph, onlyShapes);
    }

    /// <summary>One evaluation:
    /// <see cref="OrtEvaluator(OnnxGraph, IReadOnlyCollection{OnnxValue}, IReadOnlyCollection{string}, bool)"/> and
    /// <see cref="Run"/>.</summary>
    public static IReadOnlyDictionary<string, OnnxTensor> Evaluate(
        OnnxGraph graph,
        IReadOnlyDictionary<string, OnnxTensor> inputs,
        IReadOnlyCollection<string>? wanted = null,
        TimeSpan? timeout = null,
        bool onlyShapes = false)
    {
        var values = inputs.Select(pair => new OnnxValue(
            pair.Key, pair.Value.ElementType, [.. pair.Value.Dims.Select(dim => new OnnxDimension(dim))]));
        using var evaluator = new OrtEvaluator(graph, [.. values], wanted, onlyShapes);
        return evaluator.Run(inputs, timeout);
    }

    /// <returns>The wanted wires by name; wires that are not tensors (sequences, optionals) are left out.</returns>
    /// <exception cref="EdgeSeqException">ES0209: the inputs do not fit, the run fails or takes longer than
    /// <paramref name="timeout"/>.</exception>
    public IReadOnlyDictionary<string, OnnxTensor> Run(IReadOnlyDictionary<string, OnnxTensor> inputs, TimeSpan? timeout = null)
    {
        var values = _session is null ? [] : RunSession(_session, inputs, timeout);
        foreach (var wire in _wanted)
        {
            if (inputs.TryGetValue(wire, out var tensor) || (tensor = _graph.Constant(wire)) is not null)
                values[wire] = tensor;
        }

        return values;
    }

    public void Dispose() => _session?.Dispose();

    private Dictionary<string, OnnxTensor> RunSession(
        InferenceSession session, IReadOnlyDictionary<string, OnnxTensor> inputs, TimeSpan? timeout)
    {
        using var options = new RunOptions();
        options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        using var timer = timeout is { } limit
            ? new Timer(_ => options.Terminate = true, null, limit, Timeout.InfiniteTimeSpan)
            : null;
        return OrtValues.Run(session, options, inputs, _computed, _graph);
    }
}
