using EdgeSeq.Runtime.Errors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeSeq.Quantize.Onnx.Ort;

/// <summary>Copies tensors to and from ONNX Runtime, and runs a session on them.</summary>
internal static class OrtValues
{
    /// <param name="graph">What the session runs, for messages.</param>
    /// <returns>The outputs that are tensors, by name.</returns>
    /// <exception cref="EdgeSeqException">ES0209: the run fails.</exception>
    public static Dictionary<string, OnnxTensor> Run(
        InferenceSession session, RunOptions options, IReadOnlyDictionary<string, OnnxTensor> inputs, IReadOnlyCollection<string> outputs,
        OnnxGraph? graph = null)
    {
        var values = new List<OrtValue>(inputs.Count);
        try
        {
            values.AddRange(inputs.Values.Select(ToOrt));
            using var results = session.Run(options, [.. inputs.Keys], values, outputs);
            return outputs.Zip(results).Where(pair => pair.Second.IsTensor).ToDictionary(pair => pair.First, pair => FromOrt(pair.Second));
        }
        catch (OnnxRuntimeException exception)
        {
            throw OrtMessage.Explain(exception, ErrorCodes.OnnxRuntimeFails, graph);
        }
        finally
        {
            foreach (var value in values)
                value.Dispose();
        }
    }

    private static OrtValue ToOrt(OnnxTensor tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, (TensorElementType)tensor.ElementType, [.. tensor.Dims]);
        tensor.Bytes.Span.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static OnnxTensor FromOrt(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return new OnnxTensor((OnnxElementType)info.ElementDataType, info.Shape, value.GetTensorMutableRawData().ToArray());
    }
}
