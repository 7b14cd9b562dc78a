namespace EdgeSeq.Runtime.Kernels;

internal abstract partial class KernelSet
{
    /// <summary>Pooling at neighbouring positions of planes whose channels lie together. The taps of a column of the kernel become one
    /// first, from its first on; then the columns from left to right, from -∞ or 0 on.</summary>
    /// <param name="reduction">What becomes of the taps.</param>
    /// <param name="x">[places, channels].</param>
    /// <param name="taps">Where each tap of the first position starts in x, column after column; none: -∞ or 0.</param>
    /// <param name="columnTaps">Taps of a column.</param>
    /// <param name="step">Elements of x from a position to the next.</param>
    /// <param name="channels">At least 1.</param>
    /// <param name="y">[positions, channels], not overlapping x.</param>
    public void Pool(PoolReduction reduction, ReadOnlySpan<float> x, ReadOnlySpan<int> taps, int columnTaps, int step, int channels,
        Span<float> y)
    {
        Require(channels >= 1 && y.Length >= channels && y.Length % channels == 0 && columnTaps >= 1 && taps.Length % columnTaps == 0
            && step >= 0);
        var room = x.Length - (y.Length / channels - 1) * (long)step - channels;
        foreach (var tap in taps)
            Require(tap >= 0 && tap <= room);
        PoolCore(reduction, x, taps, columnTaps, step, channels, y);
    }

    protected abstract void PoolCore(PoolReduction reduction, ReadOnlySpan<float> x, ReadOnlySpan<int> taps, int columnTaps, int step,
        int channels, Span<float> y);
}
