namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Indices along time that cut a sequence into frames: element k of frame f is start + f · hop + k · spacing.</summary>
internal sealed record FramePlan(int Start, int Hop, int Length, int Spacing)
{
    /// <summary>Null where the node's indices [frames], or [frames, length], do not grow with time in this form.</summary>
    public static FramePlan? Of(NodeContext c, StreamWire stream)
    {
        if (c.Constant(1) is not { Rank: 1 or 2 } tensor || tensor.Dims[0] < 2)
            return null;

        var indices = tensor.ToInts();
        int count = (int)tensor.Dims[0], length = indices.Length / count;
        var plan = new FramePlan((int)indices[0], (int)(indices[length] - indices[0]), length, length > 1 ? (int)(indices[1] - indices[0])
            : 1);
        var inForm = Enumerable.Range(0, indices.Length)
            .All(i => indices[i] == plan.Start + (long)(i / length) * plan.Hop + (long)(i % length) * plan.Spacing);
        var grows = c.Analysis.LengthIsFixed
            ? plan.Start + (count - 1) * plan.Hop + (length - 1) * plan.Spacing + plan.Hop >= stream.FullLength
            : c.ConstantAtOtherLength(1) is { } other && other.Dims[0] != count;
        return inForm && grows && plan is { Start: >= 0, Hop: > 0, Spacing: > 0 } ? plan : null;
    }
}
