using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeSeq.Quantize.Onnx.Ort;

/// <summary>A tensor as ONNX Runtime reads it, in the memory where it is: nothing is copied.</summary>
internal sealed class LentTensor : IDisposable
{
    private readonly MemoryHandle _memory;

    public LentTensor(OnnxTensor tensor)
    {
        _memory = tensor.Bytes.Pin();
        Value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, (TensorElementType)tensor.ElementType, [.. tensor.Dims],
            Address(_memory), tensor.Bytes.Length);
    }

    public OrtValue Value { get; }

    public void Dispose()
    {
        Value.Dispose();
        _memory.Dispose();
    }

    private static unsafe nint Address(MemoryHandle memory) => (nint)memory.Pointer;
}
