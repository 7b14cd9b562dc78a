namespace EdgeSeq.Runtime.Tests.Fixtures;

/// <summary>Repeatable numbers.</summary>
internal static class Values
{
    /// <summary>Numbers from -1 to 1.</summary>
    public static float[] Random(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }

    public static sbyte[] RandomS8(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.Next(-127, 128))];
    }
}
