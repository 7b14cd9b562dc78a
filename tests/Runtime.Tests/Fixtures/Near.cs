namespace EdgeSeq.Runtime.Tests.Fixtures;

/// <summary>Comparison with results in double.</summary>
internal static class Near
{
    /// <summary>What f32 ops may differ from exact results by, relative to max(1, |expected|).</summary>
    public const double F32 = 2e-6;

    public static void Equal(IEnumerable<double> expected, float[] actual, double tolerance = F32)
    {
        double[] wanted = [.. expected];
        Assert.Equal(wanted.Length, actual.Length);
        for (var i = 0; i < wanted.Length; i++)
        {
            if (!(Math.Abs(wanted[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(wanted[i]))))
                Assert.Fail($"element {i}: {actual[i]}, expected {wanted[i]}");
        }
    }
}
