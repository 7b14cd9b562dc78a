namespace EdgeSeq.Quantize.Onnx.Quantized;

/// <summary>
/// A constant that the model stores as integers with scales: value = <see cref="Integers"/> · <see cref="Scales"/>, element by
/// element. Both are float32 of the constant's shape; the integers are whole numbers with the zero point taken off.
/// </summary>
public sealed record QuantizedConstant(OnnxTensor Integers, OnnxTensor Scales);
