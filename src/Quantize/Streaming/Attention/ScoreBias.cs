using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>One additive or masking term of attention scores.</summary>
/// <param name="Wire">The time-only wire that holds it, broadcast to the scores.</param>
/// <param name="ScoresShape">ONNX shape of the scores where the term meets them.</param>
/// <param name="QueryAxis">Axis of the queries there; −1 where the query is a latest value.</param>
/// <param name="KeyAxis">Axis of the keys there.</param>
/// <param name="Factor">Multiplies the term.</param>
/// <param name="Mask">For a boolean mask: the truth value that masks; null for an additive term.</param>
/// <param name="Given">Elements of an input that the wire depends on too; null: it does not.</param>
internal sealed record ScoreBias(ConstantWire Wire, int[] ScoresShape, int QueryAxis, int KeyAxis, float Factor, bool? Mask = null,
    GivenMask? Given = null)
{
    public OnnxTensor? ValueAt(Analysis analysis, int length) => Given is not null ? analysis.ValueAt(Wire.Name, length, Given)
        : Wire.VariesWithTime ? analysis.ValueAt(Wire.Name, length) : Wire.Tensor;
}
