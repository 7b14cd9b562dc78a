using System.Globalization;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Verification;

/// <summary>
/// ONNX Runtime on the original file (read by us where it holds what ONNX Runtime does not run), given what a program was given: a
/// whole recording at once, prefixes of it, windows of it, or one
/// step after another with its states fed back.
/// </summary>
internal sealed class Reference : IDisposable
{
    private readonly OrtSession _session;
    private readonly OnnxGraph _graph;
    private readonly ConvertOptions _options;
    private readonly ConversionResult _conversion;
    private OrtSession? _withHiddenRows;

    /// <param name="path">The ONNX file.</param>
    /// <param name="conversion">Its f32 program.</param>
    /// <param name="options">With which that was made.</param>
    public Reference(string path, ConversionResult conversion, ConvertOptions options)
    {
        // As the file says: rewritten, a quantised model rounds noticeably differently, and some float16 models end the process.
        var model = OnnxModel.Load(path);
        _graph = model.Graph;
        if (InputEdits.Needed(options))
            InputEdits.Apply(_graph = _graph.Clone(), options);

        _session = model.RunsAsItIs && !InputEdits.Needed(options) ? OrtSession.Open(path, optimized: false)
            : OrtSession.Open(_graph, optimized: false);
        _options = options;
        _conversion = conversion;
    }

    /// <summary>The only number of steps that the file takes as one input; null where its time axis is open, or it has none.</summary>
    public int? OnlyLength => _conversion.Steps.Inputs.Where(input => input.TimeAxis is not null)
        .Select(input => (int?)_graph.Inputs.First(each => each.Name == input.Name).Dims![input.TimeAxis!.Value].Size)
        .FirstOrDefault(size => size is not null);

    /// <summary>The outputs for steps [from, from + count) of a recording as the whole input; by the order of the program's
    /// outputs.</summary>
    public OnnxTensor[] Run(Recording recording, int from, int count)
    {
        var results = Results(Inputs(recording, from, count));
        return [.. _conversion.Steps.Outputs.Select(output => results[output.Name])];
    }

    /// <summary>Every step of a step graph in turn.</summary>
    /// <param name="visit">Takes the step and the outputs.</param>
    public void RunSteps(Recording recording, Action<int, OnnxTensor[]> visit)
    {
        var states = new Dictionary<string, OnnxTensor>();
        for (var step = 0; step < recording.Steps; step++)
        {
            var inputs = Inputs(recording, step, 1);
            foreach (var name in inputs.Keys.Where(name => _conversion.Steps.Inputs.TrueForAll(input => input.Name != name)).ToList())
                inputs[name] = _conversion.Caches?.InputAt(_graph, name, step) ?? inputs[name];

            foreach (var (name, value) in states)
            {
                inputs[name] = value;
            }

            var results = Results(inputs);
            visit(step, [.. _conversion.Steps.Outputs.Select(output => results[output.Name])]);
            foreach (var pair in _conversion.States)
            {
                // The model's own user feeds back what the graph shows, whatever the program was told.
                var next = results[pair.ShownOutput ?? pair.Output];
                states[pair.Input] = _conversion.Caches?.Axes.ContainsKey(pair.Input) == true ? next
                    : next.Reshaped([.. inputs[pair.Input].Dims]);
            }
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _withHiddenRows?.Dispose();
    }

    /// <summary>What ONNX Runtime gives; where that is NaN since all keys of a softmax are hidden, zeros take their place.</summary>
    private IReadOnlyDictionary<string, OnnxTensor> Results(Dictionary<string, OnnxTensor> inputs)
    {
        var results = _session.Run(inputs);
        if (!HiddenRows.MayMakeNaN(_graph, results.Values))
            return results;

        _withHiddenRows ??= OrtSession.Open(HiddenRows.AsZeros(_graph), optimized: false);
        return _withHiddenRows.Run(inputs);
    }

    private Dictionary<string, OnnxTensor> Inputs(Recording recording, int from, int count)
    {
        var inputs = new Dictionary<string, OnnxTensor>();
        foreach (var name in _session.Inputs)
        {
            var index = _conversion.Steps.Inputs.FindIndex(input => input.Name == name);
            inputs[name] = index >= 0 ? Recorded(recording, index, from, count)
                : Fixed(name, _conversion.Lengths.Contains(name) ? count.ToString(CultureInfo.InvariantCulture) : "0");
        }

        return inputs;
    }

    private OnnxTensor Fixed(string name, string otherwise) =>
        FixedInputs.Of(_graph, name, _options.Set.GetValueOrDefault(name, otherwise));

    private OnnxTensor Recorded(Recording recording, int index, int from, int count)
    {
        var input = _conversion.Steps.Inputs[index];
        var type = _graph.Inputs.First(each => each.Name == input.Name).ElementType;
        var step = input.Value.Shape;
        var full = input.TimeAxis is int axis ? Shapes.With(step, axis, count) : step;
        long[] dims = [.. full.Select(dim => (long)dim)];
        int last = from + count - 1, inner = Shapes.Product(step, (input.TimeAxis ?? -1) + 1, step.Length);
        if (input.Value.Type == ElementType.I64)
        {
            var ids = input.TimeAxis is null ? recording.Ids(index, last, 1) : recording.Ids(index, from, count);
            return OnnxTensor.FromInts(AlongTime(ids, count, inner, input), dims).Cast(type);
        }

        var floats = input.TimeAxis is null ? recording.Floats(index, last, 1) : recording.Floats(index, from, count);
        var data = AlongTime(floats, count, inner, input);
        if (_options.Normalize is { } stats && input.Name == _graph.Inputs[0].Name)
            InputNormalization.Apply(data, full, _graph.Inputs[0], stats);

        return OnnxTensor.FromFloats(data, dims).Cast(type);
    }

    /// <summary>[count][outer, inner] → [outer, count, inner].</summary>
    private static T[] AlongTime<T>(ReadOnlySpan<T> steps, int count, int inner, StepInput input)
    {
        if (input.TimeAxis is null)
            return steps.ToArray();

        var outer = steps.Length / (count * inner);
        var data = new T[steps.Length];
        for (var t = 0; t < count; t++)
        {
            for (var o = 0; o < outer; o++)
                steps.Slice((t * outer + o) * inner, inner).CopyTo(data.AsSpan((o * count + t) * inner));
        }

        return data;
    }
}
