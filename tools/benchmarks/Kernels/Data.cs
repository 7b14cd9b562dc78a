namespace EdgeSeq.Benchmarks.Kernels;

internal static class Data
{
    /// <summary>Repeatable values in [-1, 1].</summary>
    public static float[] Floats(int length, int seed = 1)
    {
        var random = new Random(seed);
        var values = new float[length];
        for (var i = 0; i < length; i++)
            values[i] = (float)(random.NextDouble() * 2 - 1);
        return values;
    }
}
