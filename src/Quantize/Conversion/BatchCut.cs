using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// A graph whose inputs have lost their fixed batch, made right inside: sizes that hold the batch, and constants that repeat a row for
/// each of it. Which those are is seen on an input of equal rows: what carries the batch consists of equal parts. The graph must then
/// give for one row what it gave for each of many.
/// </summary>
internal sealed class BatchCut
{
    private const double Tolerance = 1e-3;

    /// <summary>Where recurrent layers have their initial states.</summary>
    private const int FirstState = 5;

    /// <summary>Sizes that are tried for what the model leaves open.</summary>
    private static readonly int[] OpenSizes = [16, 67, 512, 1];

    private static readonly string[] Broadcasting = ["Add", "Sub", "Mul", "Div", "Where", "Concat", "LSTM", "GRU", "RNN"];

    private readonly OnnxGraph _original;
    private readonly OnnxGraph _graph;
    private readonly int _old;
    private readonly int _size;

    private BatchCut(OnnxGraph original, OnnxGraph graph, int old, int size)
    {
        _original = original;
        _graph = graph;
        _old = old;
        _size = size;
    }

    private string[] Outputs => [.. _graph.Outputs.Select(output => output.Name)];

    /// <param name="original">The graph with its batch.</param>
    /// <param name="graph">The same with inputs of another batch; changed.</param>
    /// <param name="old">The batch of the original.</param>
    /// <param name="size">The batch that is wanted.</param>
    /// <exception cref="EdgeSeqException">ES0720: one row does not give what it gave among others.</exception>
    public static void Finish(OnnxGraph original, OnnxGraph graph, long old, int size)
    {
        if (old != size && original.Inputs.TrueForAll(input => input.Dims is not null))
            new BatchCut(original, graph, (int)old, size).Run();
    }

    private void Run()
    {
        foreach (var open in OpenSizes)
        {
            Dictionary<string, OnnxTensor> rows = [], repeated = [], beside = [];
            foreach (var (input, whole) in _graph.Inputs.Zip(_original.Inputs))
                AddSamples(input, whole, open, rows, repeated, beside);

            if (TryEvaluate(_original, repeated, null, out _) is not { } values)
                continue;

            AdaptSizes(values);
            var expected = TryEvaluate(_original, beside, Outputs, out _) ?? values;
            if (Problem(rows, expected) is null)
                return;

            AdaptConstants();
            if (Problem(rows, expected) is { } problem)
                throw Refused(problem);

            return;
        }
    }

    /// <summary>Why one row does not give what it gave among others; null where it does.</summary>
    private string? Problem(Dictionary<string, OnnxTensor> rows, IReadOnlyDictionary<string, OnnxTensor> values)
    {
        var outputs = TryEvaluate(_graph, rows, Outputs, out var problem);
        return outputs is null ? problem
            : _graph.Outputs.TrueForAll(output => IsRowOf(outputs[output.Name], values[output.Name])) ? null
            : "one row alone gives something else than it gives among others";
    }

    private EdgeSeqException Refused(string problem) => new(ErrorCodes.InputValueInvalid,
        $"--batch {_size}: the model holds its batch of {_old} in sizes of its own that do not follow: {problem}",
        "export it with batch size 1 or with a dynamic batch axis; without --batch each step takes "
        + $"{_old} rows");

    /// <summary>One input: some rows alone, the same for every place in the batch, and beside others.</summary>
    private void AddSamples(OnnxValue input, OnnxValue whole, int open, Dictionary<string, OnnxTensor> rows,
        Dictionary<string, OnnxTensor> repeated, Dictionary<string, OnnxTensor> beside)
    {
        var axis = Enumerable.Range(0, whole.Dims!.Count).FirstOrDefault(i => whole.Dims[i] != input.Dims![i], -1);
        var closed = new OnnxGraph("sample");
        closed.Inputs.Add(whole with
        {
            Dims = [.. whole.Dims.Select((dim, i) => new OnnxDimension(i == axis ? 2 * _size : dim.Size ?? open))],
        });
        var sample = SampleInputs.Of(closed, new Dictionary<string, int>(), 1)[input.Name];
        OnnxTensor Chosen(int count, Func<int, int> row) =>
            axis < 0 ? sample : AlongAxis(sample, axis, Enumerable.Range(0, count).Select(row));
        rows[input.Name] = Chosen(_size, i => i);
        repeated[input.Name] = Chosen(_old, i => i % _size);
        beside[input.Name] = Chosen(_old, i => i < _size ? i : _size + i % _size);
    }

    private static OnnxTensor AlongAxis(OnnxTensor tensor, int axis, IEnumerable<int> places)
    {
        int[] shape = tensor.StepShape(), chosen = [.. places];
        int inner = Shapes.Product(shape, axis + 1, shape.Length), outer = Shapes.Product(shape, 0, axis);
        var values = tensor.ToDoubles();
        var result = new float[outer * chosen.Length * inner];
        for (var at = 0; at < result.Length; at++)
        {
            int o = at / (chosen.Length * inner), place = chosen[at / inner % chosen.Length];
            result[at] = (float)values[(o * shape[axis] + place) * inner + at % inner];
        }

        long[] dims = [.. shape.Select((dim, i) => i == axis ? chosen.Length : (long)dim)];
        return OnnxTensor.FromFloats(result, dims).Cast(tensor.ElementType);
    }

    private static IReadOnlyDictionary<string, OnnxTensor>? TryEvaluate(OnnxGraph graph, Dictionary<string, OnnxTensor> inputs,
        string[]? wanted, out string? problem)
    {
        try
        {
            problem = null;
            return OrtEvaluator.Evaluate(graph, inputs, wanted);
        }
        catch (EdgeSeqException error)
        {
            problem = error.Message;
            return null;
        }
    }

    private void AdaptSizes(IReadOnlyDictionary<string, OnnxTensor> values)
    {
        foreach (var node in _graph.Nodes.Where(node => node.OpType is "Reshape" or "Expand"))
        {
            if (node.Input(1) is { } name && _graph.Initializers.TryGetValue(name, out var sizes)
                && values.TryGetValue(node.Outputs[0], out var y))
            {
                Replace(node, 1, Sizes(sizes.ToInts(), y));
            }
        }
    }

    /// <summary>Constants that have the same row for each of the batch.</summary>
    private void AdaptConstants()
    {
        foreach (var node in _graph.Nodes.Where(node => Broadcasting.Contains(node.OpType)))
        {
            for (var i = node.OpType is "LSTM" or "GRU" or "RNN" ? FirstState : 0; i < node.Inputs.Count; i++)
            {
                if (_graph.Initializers.TryGetValue(node.Inputs[i], out var constant) && constant.ElementType.IsFloat()
                    && Enumerable.Range(0, constant.Rank).FirstOrDefault(axis => constant.Dims[axis] == _old
                    && HasEqualParts(constant, axis, wholes: true), -1) is >= 0 and var at)
                {
                    Replace(node, i, AlongAxis(constant, at, Enumerable.Range(0, _size)));
                }
            }
        }
    }

    /// <summary>The node alone gets another constant: others may read the old one.</summary>
    private void Replace(OnnxNode node, int input, OnnxTensor value)
    {
        var name = NameScope.OfWires(_graph).Unique($"{node.Inputs[input]}/batch");
        _graph.Initializers[name] = value;
        node.Inputs[input] = name;
    }

    /// <summary>Sizes of a result of which one axis carries the batch.</summary>
    private OnnxTensor Sizes(long[] sizes, OnnxTensor result)
    {
        for (var back = 1; back <= Math.Min(sizes.Length, result.Rank); back++)
        {
            var axis = result.Rank - back;
            if (sizes[^back] > 0 && sizes[^back] == result.Dims[axis]
                && (HasEqualParts(result, axis, wholes: true) || HasEqualParts(result, axis, wholes: false)))
            {
                sizes[^back] = sizes[^back] / _old * _size;
                break;
            }
        }

        return OnnxTensor.Vector(sizes);
    }

    /// <summary>An axis that consists of as many equal parts as the batch: one after the other, or element by element in turn.</summary>
    private bool HasEqualParts(OnnxTensor tensor, int axis, bool wholes)
    {
        var shape = tensor.StepShape();
        if (shape[axis] % _old != 0 || tensor.Count == 0)
            return false;

        int part = shape[axis] / _old, inner = Shapes.Product(shape, axis + 1, shape.Length);
        var values = tensor.ToDoubles();
        for (var at = 0; at < values.Length; at++)
        {
            int place = at / inner % shape[axis], first = wholes ? place % part : place / _old * _old;
            if (!IsNear(values[at + (first - place) * inner], values[at]))
                return false;
        }

        return true;
    }

    private static bool IsNear(double a, double b) => a.Equals(b) || Math.Abs(a - b) <= Tolerance * Math.Max(1, Math.Abs(a));

    /// <summary>What one batch gives is what the other does, in the part that carries it.</summary>
    private bool IsRowOf(OnnxTensor cut, OnnxTensor whole)
    {
        if (cut.Rank != whole.Rank)
            return false;

        var axis = Enumerable.Range(0, cut.Rank).FirstOrDefault(i => cut.Dims[i] != whole.Dims[i], -1);
        if (axis < 0)
            return AreNear(cut, whole);

        if (cut.Dims[axis] * _old != whole.Dims[axis] * _size)
            return false;

        var count = (int)cut.Dims[axis];
        return AreNear(cut, AlongAxis(whole, axis, Enumerable.Range(0, count)))
            || AreNear(cut, AlongAxis(whole, axis, Enumerable.Range(0, count).Select(i => i / _size * _old + i % _size)));
    }

    private static bool AreNear(OnnxTensor a, OnnxTensor b) =>
        a.Dims.SequenceEqual(b.Dims) && a.ToDoubles().Zip(b.ToDoubles()).All(pair => IsNear(pair.First, pair.Second));
}
