using EdgeSeq.Runtime.Errors;
using Microsoft.ML.OnnxRuntime;

namespace EdgeSeq.Quantize.Onnx.Ort;

/// <summary>A model as ONNX Runtime runs it: the oracle that converted programs are compared with.</summary>
public sealed class OrtSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    private OrtSession(InferenceSession session) => _session = session;

    public IReadOnlyList<string> Inputs => _session.InputNames;

    public IReadOnlyList<string> Outputs => _session.OutputNames;

    /// <param name="optimized">Whether ONNX Runtime may rewrite the graph, which is faster but rounds differently, and for quantised
    /// models noticeably so.</param>
    /// <exception cref="EdgeSeqException">ES0208: ONNX Runtime does not load the file; ES0452: it does not know an op.</exception>
    public static OrtSession Open(string path, bool optimized = true)
    {
        if (!File.Exists(path))
            throw new EdgeSeqException(ErrorCodes.FileMissing, $"'{path}' does not exist", "check the path");
        return new OrtSession(OrtRuntime.Open(path, optimized));
    }

    /// <summary>The same for a graph of ours.</summary>
    public static OrtSession Open(OnnxGraph graph, bool optimized = true) =>
        new(OrtRuntime.Open(Writing.OnnxWriter.ToBytes(graph), optimized, graph));

    /// <param name="inputs">One tensor for every name in <see cref="Inputs"/>; other element types than the model's are converted.</param>
    /// <returns>Every output by name, in the model's own element type.</returns>
    /// <exception cref="EdgeSeqException">ES0209: the inputs do not fit or the run fails.</exception>
    public IReadOnlyDictionary<string, OnnxTensor> Run(IReadOnlyDictionary<string, OnnxTensor> inputs) =>
        OrtValues.Run(_session, _options, inputs.ToDictionary(pair => pair.Key, pair => AsDeclared(pair.Key, pair.Value)), Outputs);

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    private OnnxTensor AsDeclared(string input, OnnxTensor tensor) => _session.InputMetadata.TryGetValue(input, out var declared)
        ? tensor.Cast((OnnxElementType)declared.ElementDataType)
        : tensor;
}
