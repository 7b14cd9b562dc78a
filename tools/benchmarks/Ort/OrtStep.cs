using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Writing;
using Microsoft.ML.OnnxRuntime;

namespace EdgeSeq.Benchmarks.Ort;

/// <summary>ONNX Runtime at its best for one step: one thread that does not spin, inputs and outputs bound once to memory of ours.</summary>
internal sealed class OrtStep : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly Dictionary<string, OrtValue> _values = [];

    /// <param name="graph">Every input and output has a static float32 shape; inputs are bound to small repeatable values.</param>
    /// <param name="inPlace">Outputs that are bound to the memory of an input.</param>
    public OrtStep(OnnxGraph graph, IReadOnlyDictionary<string, string>? inPlace = null)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(OnnxWriter.ToBytes(graph), options);
        _binding = _session.CreateIoBinding();
        foreach (var input in graph.Inputs)
            _binding.BindInput(input.Name, Value(input, Kernels.Data.Floats));
        foreach (var output in graph.Outputs)
        {
            var shared = inPlace?.GetValueOrDefault(output.Name);
            _binding.BindOutput(output.Name, shared is null ? Value(output, (length, _) => new float[length]) : _values[shared]);
        }
    }

    public void Step() => _session.RunWithBinding(_options, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        foreach (var value in _values.Values)
            value.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    private OrtValue Value(OnnxValue wire, Func<int, int, float[]> content)
    {
        var dims = wire.StaticDims!;
        var value = OrtValue.CreateTensorValueFromMemory(content((int)dims.Aggregate((a, b) => a * b), 1), dims);
        _values.Add(wire.Name, value);
        return value;
    }
}
