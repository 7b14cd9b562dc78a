namespace EdgeSeq.Quantize.Timing;

/// <summary>What is timed is fed with: the same values each time.</summary>
internal static class RepeatableValues
{
    /// <summary>In [-1, 1].</summary>
    public static float[] Of(int length)
    {
        var random = new Random(1);
        var values = new float[length];
        foreach (ref var value in values.AsSpan())
            value = (float)(random.NextDouble() * 2 - 1);
        return values;
    }
}
