using System.Globalization;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Conversion.Chains;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Verification;

/// <summary>One part of a chain in ONNX Runtime.</summary>
internal sealed class PartReference : IDisposable
{
    /// <summary>Steps in all prefixes of a sequence of which only the last value is given.</summary>
    private const long MaxPrefixSteps = 4_000_000;

    private readonly PartRun _run;
    private readonly ConvertOptions _options;
    private readonly OrtSession _session;
    private readonly IReadOnlyList<string> _lengths;
    private readonly int _inputRate;

    /// <param name="inputRate">Steps of the program for each step of a recording.</param>
    public PartReference(PartRun run, ConvertOptions options, int inputRate)
    {
        _run = run;
        _inputRate = inputRate;
        _options = options;
        _session = run.Model is { RunsAsItIs: true } model ? OrtSession.Open(model.Path, optimized: false)
            : OrtSession.Open(run.Graph, optimized: false);
        _lengths = run.TimeAxes.Count > 0 ? SequenceLengths.Find(run.Graph) : [];
    }

    /// <summary>Adds what the outputs give.</summary>
    public void Run(Recording recording, ChainTrace trace)
    {
        var sources = _run.Inputs.ToDictionary(input => input.Name, input => new LinkedValues(input, trace));
        if (_run.Inputs.Any(input => _run.TimeAxes.ContainsKey(input.Name)))
            RunSequence([.. sources.Values], trace);
        else
            RunSteps(recording, sources, trace);
    }

    public void Dispose() => _session.Dispose();

    /// <summary>The whole graph at each tick, its states fed back.</summary>
    private void RunSteps(Recording recording, Dictionary<string, LinkedValues> sources, ChainTrace trace)
    {
        var states = new Dictionary<string, OnnxTensor>();
        var given = _run.Ports.Keys.ToDictionary(port => port, _ => new List<float[]>());
        var clock = _run.Ports.Values.First();
        var ticks = clock.Ticks(recording.Steps * _inputRate);
        for (var tick = 0; tick < ticks; tick++)
        {
            var step = clock.Offset + tick * clock.Rate;
            if (sources.Values.Any(source => source.At(step) is null))
                break;

            var inputs = _session.Inputs.ToDictionary(name => name, name => sources.TryGetValue(name, out var source)
                ? OnnxTensor.FromFloats(source.At(step)!, [.. source.Shape.Select(dim => (long)dim)])
                : states.TryGetValue(name, out var state) ? state : Own(recording, name, step / _inputRate));
            var results = _session.Run(inputs);
            foreach (var (port, values) in given)
                values.Add(results[port].ToFloats());

            foreach (var pair in _run.States)
                states[pair.Input] = results[pair.Output].Reshaped([.. inputs[pair.Input].Dims]);
        }

        foreach (var (port, values) in given)
            trace.Add((_run.Name, port), values);
    }

    /// <summary>The whole sequence at once; what is given for its end only, after every prefix.</summary>
    private void RunSequence(LinkedValues[] sources, ChainTrace trace)
    {
        var results = Sequence(sources, sources[0].Count);
        foreach (var port in _run.Ports.Keys.Where(_run.TimeAxes.ContainsKey))
            trace.Add((_run.Name, port), Elements(results[port], _run.TimeAxes[port]));

        foreach (var (port, clock) in _run.Ports.Where(port => !_run.TimeAxes.ContainsKey(port.Key)))
        {
            var values = new List<float[]>();
            for (var (tick, steps) = (0, 0L); steps <= MaxPrefixSteps; tick++)
            {
                var count = sources[0].CountAt(clock.Offset + tick * clock.Rate);
                if (count is null)
                    break;

                steps += count.Value;
                values.Add(Sequence(sources, count.Value)[port].ToFloats());
            }

            trace.Add((_run.Name, port), values);
        }
    }

    private IReadOnlyDictionary<string, OnnxTensor> Sequence(LinkedValues[] sources, int count) =>
        _session.Run(_session.Inputs.ToDictionary(name => name, name => sources.FirstOrDefault(source => source.Name == name) is { } source
            ? Tensor(source, count)
            : Fixed(name, _lengths.Contains(name) ? count.ToString(CultureInfo.InvariantCulture) : "0")));

    private OnnxTensor Tensor(LinkedValues source, int count)
    {
        var axis = _run.TimeAxes[source.Name];
        long[] dims = [.. source.Shape.Select((dim, i) => i == axis ? count : (long)dim)];
        int inner = source.Shape[(axis + 1)..].Aggregate(1, (product, dim) => product * dim), outer = source.Size / inner;
        var data = new float[count * source.Size];
        for (var t = 0; t < count; t++)
        {
            for (var o = 0; o < outer; o++)
                Array.Copy(source.Element(t), o * inner, data, (o * count + t) * inner, inner);
        }

        return OnnxTensor.FromFloats(data, dims);
    }

    private OnnxTensor Own(Recording recording, string name, int step)
    {
        for (var i = 0; i < recording.Inputs.Count; i++)
        {
            if (recording.Inputs[i].Name != name)
                continue;

            var input = _run.Graph.Inputs.First(each => each.Name == name);
            long[] dims = [.. input.Dims!.Select(dim => dim.Size ?? 1)];
            return recording.Inputs[i].Type == ElementType.F32 ? OnnxTensor.FromFloats(recording.Floats(i, step, 1), dims)
                : OnnxTensor.FromInts(recording.Ids(i, step, 1), dims);
        }

        return Fixed(name, "0");
    }

    private OnnxTensor Fixed(string name, string otherwise) =>
        FixedInputs.Of(_run.Graph, name, _options.Set.GetValueOrDefault(name, otherwise));

    private static List<float[]> Elements(OnnxTensor tensor, int axis)
    {
        var data = tensor.ToFloats();
        int[] dims = [.. tensor.Dims.Select(dim => (int)dim)];
        int inner = dims[(axis + 1)..].Aggregate(1, (product, dim) => product * dim), outer = data.Length / (inner * dims[axis]);
        return [.. Enumerable.Range(0, dims[axis]).Select(t =>
        {
            var element = new float[outer * inner];
            for (var o = 0; o < outer; o++)
                Array.Copy(data, (o * dims[axis] + t) * inner, element, o * inner, inner);

            return element;
        })];
    }
}
