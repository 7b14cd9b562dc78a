namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>A mask of positions and keys at once: made of masks of positions and of an input that has a number or truth value a
/// key.</summary>
/// <param name="Name">The ONNX wire.</param>
/// <param name="Input">The mask of the keys, 0 or 1 each.</param>
/// <param name="Stream">The same as a sequence.</param>
internal sealed record KeyMaskWire(string Name, string Input, StreamWire Stream) : Wire
{
    public override string Description(int inputRate) => "part of attention";
}
