using EdgeSeq.Runtime.Errors;
using Microsoft.ML.OnnxRuntime;

namespace EdgeSeq.Quantize.Onnx.Ort;

/// <summary>Runs a session on tensors, and copies what it gives.</summary>
internal static class OrtValues
{
    /// <param name="graph">What the session runs, for messages.</param>
    /// <returns>The outputs that are tensors, by name.</returns>
    /// <exception cref="EdgeSeqException">ES0209: the run fails.</exception>
    public static Dictionary<string, OnnxTensor> Run(
        InferenceSession session, RunOptions options, IReadOnlyDictionary<string, OnnxTensor> inputs, IReadOnlyCollection<string> outputs,
        OnnxGraph? graph = null)
    {
        var lent = new List<LentTensor>(inputs.Count);
        try
        {
            lent.AddRange(inputs.Values.Select(tensor => new LentTensor(tensor)));
            using var results = session.Run(options, [.. inputs.Keys], [.. lent.Select(tensor => tensor.Value)], outputs);
            return outputs.Zip(results).Where(pair => pair.Second.IsTensor).ToDictionary(pair => pair.First, pair => FromOrt(pair.Second));
        }
        catch (OnnxRuntimeException exception)
        {
            throw OrtMessage.Explain(exception, ErrorCodes.OnnxRuntimeFails, graph);
        }
        finally
        {
            lent.ForEach(tensor => tensor.Dispose());
        }
    }

    private static OnnxTensor FromOrt(OrtValue value)
    {
        // Given back at once, so that not all outputs are there twice.
        using var taken = value;
        var info = value.GetTensorTypeAndShape();
        return new OnnxTensor((OnnxElementType)info.ElementDataType, info.Shape, value.GetTensorMutableRawData().ToArray());
    }
}
