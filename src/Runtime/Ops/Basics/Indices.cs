namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>Indices that come from data.</summary>
internal static class Indices
{
    /// <summary>An index into count elements: negative ones count from the end, others outside go to the nearest, so that no
    /// data makes an op leave its spans.</summary>
    public static int Wrapped(long index, int count) => (int)Math.Clamp(index < 0 ? index + count : index, 0, count - 1);
}
