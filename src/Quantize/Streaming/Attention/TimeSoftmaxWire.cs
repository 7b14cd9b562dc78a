namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>A softmax over time, not yet reduced: attention pooling keeps a running maximum and sum instead of the sequence.</summary>
/// <param name="Score">The scores that the softmax takes.</param>
/// <param name="Axis">The time axis, after any transposition since.</param>
/// <param name="FullShape">Shape after any reshaping since.</param>
/// <param name="Weighted">The sequence that the weights multiply, once known.</param>
internal sealed record TimeSoftmaxWire(StreamWire Score, int Axis, int[] FullShape, StreamWire? Weighted = null) : Wire
{
    public override string Description(int inputRate) => "part of attention pooling";
}
