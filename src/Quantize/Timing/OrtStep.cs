using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Onnx.Writing;
using Microsoft.ML.OnnxRuntime;

namespace EdgeSeq.Quantize.Timing;

/// <summary>ONNX Runtime at its best for one step: one thread that does not spin, inputs and outputs bound once to memory that
/// stays.</summary>
internal sealed class OrtStep : IDisposable
{
    private const string StateOut = "_out", StateIn = "_in";

    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly Dictionary<string, OrtValue> _values = [];

    static OrtStep()
    {
        OrtRuntime.DisableTelemetry();
        OrtEnv.Instance().DisableTelemetryEvents();
    }

    public OrtStep(OnnxGraph graph, IReadOnlyDictionary<string, string>? inPlace = null)
        : this(OnnxWriter.ToBytes(graph), inPlace: inPlace)
    {
    }

    /// <param name="model">An ONNX file.</param>
    /// <param name="inputs">By name, those whose content matters or whose shape the model leaves open. The others are bound to small
    /// repeatable values, integers to zeros; also those that the model gives a default, which are its states.</param>
    /// <param name="inPlace">Outputs that are bound to the memory of an input.</param>
    public OrtStep(byte[] model, IReadOnlyDictionary<string, OnnxTensor>? inputs = null,
        IReadOnlyDictionary<string, string>? inPlace = null)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(model, options);
        _binding = _session.CreateIoBinding();
        foreach (var (name, wire) in _session.InputMetadata.Concat(_session.OverridableInitializerMetadata))
        {
            _values[name] = Value(inputs?.GetValueOrDefault(name) ?? Content(wire));
            _binding.BindInput(name, _values[name]);
        }

        BindOutputs(inPlace ?? new Dictionary<string, string>());
    }

    /// <summary>A model of one step that the converter wrote: each state's next value takes the place of the state.</summary>
    public static OrtStep WithStates(byte[] stepModel)
    {
        using var names = new InferenceSession(stepModel);
        return new OrtStep(stepModel, inPlace: names.OutputNames.Where(name => name.EndsWith(StateOut, StringComparison.Ordinal))
            .Select(name => (Out: name, In: name[..^StateOut.Length] + StateIn))
            .Where(pair => names.OverridableInitializerMetadata.ContainsKey(pair.In) || names.InputMetadata.ContainsKey(pair.In))
            .ToDictionary(pair => pair.Out, pair => pair.In));
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

    /// <summary>The values that a first run makes have the right types and shapes, whatever the model says of them: they stay
    /// bound.</summary>
    private void BindOutputs(IReadOnlyDictionary<string, string> inPlace)
    {
        string[] inputs = [.. _values.Keys];
        var made = _session.Run(_options, inputs, [.. _values.Values], _session.OutputNames);
        foreach (var (name, value) in _session.OutputNames.Zip(made))
        {
            var shared = inPlace.GetValueOrDefault(name);
            _binding.BindOutput(name, shared is null ? value : _values[shared]);
            _values.Add(name, value);
        }
    }

    private static OnnxTensor Content(NodeMetadata wire)
    {
        var dims = Array.ConvertAll(wire.Dimensions, dim => (long)dim);
        var type = (OnnxElementType)wire.ElementDataType;
        return type == OnnxElementType.Float32
            ? OnnxTensor.FromFloats(RepeatableValues.Of(wire.Dimensions.Aggregate(1, (a, b) => a * b)), dims)
            : OnnxTensor.Filled(type, dims, 0);
    }

    private static OrtValue Value(OnnxTensor tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, (Microsoft.ML.OnnxRuntime.Tensors.TensorElementType)tensor.ElementType, [.. tensor.Dims]);
        tensor.Bytes.Span.CopyTo(value.GetTensorMutableRawData());
        return value;
    }
}
