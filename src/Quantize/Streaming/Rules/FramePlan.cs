namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Indices along time that cut a sequence into frames: element k of frame f is start + f · hop + k · spacing.</summary>
/// <param name="FramesAxis">Axis of the indices along which the frames follow each other: 0 in [frames] and [frames, length], 1 in
/// [length, frames], as im2col has them.</param>
internal sealed record FramePlan(int Start, int Hop, int Length, int Spacing, int FramesAxis)
{
    /// <summary>Null where the node's indices do not grow with time in this form.</summary>
    public static FramePlan? Of(NodeContext c, StreamWire stream) => Of(c, stream, 0) ?? Of(c, stream, 1);

    private static FramePlan? Of(NodeContext c, StreamWire stream, int axis)
    {
        if (c.Constant(1) is not { Rank: 1 or 2 } tensor || axis >= tensor.Rank || tensor.Dims[axis] < 2)
            return null;

        var indices = tensor.ToInts();
        int count = (int)tensor.Dims[axis], length = indices.Length / count;
        long At(int frame, int k) => indices[axis == 0 ? (frame * length) + k : (k * count) + frame];
        var plan = new FramePlan((int)At(0, 0), (int)(At(1, 0) - At(0, 0)), length, length > 1 ? (int)(At(0, 1) - At(0, 0)) : 1, axis);
        var inForm = Enumerable.Range(0, indices.Length)
            .All(i => At(i / length, i % length) == plan.Start + (long)(i / length) * plan.Hop + (long)(i % length) * plan.Spacing);
        var grows = c.Analysis.LengthIsFixed
            ? plan.Start + (count - 1) * plan.Hop + (length - 1) * plan.Spacing + plan.Hop >= stream.FullLength
            : c.ConstantAtOtherLength(1) is { } other && other.Dims[axis] != count;
        return inForm && grows && plan is { Start: >= 0, Hop: > 0, Spacing: > 0 } ? plan : null;
    }
}
