namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// Numbers for each query and key of which a step holds the newest query's, one for each of the last keys, oldest first: what attention is
/// where no op has its form (other functions than a softmax, several score matrices, values by distance).
/// </summary>
/// <param name="Row">The rows as a sequence along the queries; its shape has the kept keys in the place of all.</param>
/// <param name="KeyAxis">Axis of the keys.</param>
/// <param name="FullShape">The ONNX shape at the analysis length.</param>
/// <param name="Later">What the wire holds for keys later than the query; null: not one known number.</param>
internal sealed record KeyRowWire(StreamWire Row, int KeyAxis, int[] FullShape, float? Later) : Wire
{
    public int QueryAxis => Row.Axis;

    /// <summary>Keys that are kept.</summary>
    public int Keys => Row.FullShape[KeyAxis];

    public override string Description(int inputRate) => "part of attention, spelled out";

    public override Wire?[]? Continue(NodeContext c) => KeyRowOps.Continue(c);
}
