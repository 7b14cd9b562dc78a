namespace EdgeSeq.Runtime.Kernels;

internal abstract partial class KernelSet
{
    /// <summary>Most taps of a depthwise kernel: sums of so many products of int8 are exact in float32 too.</summary>
    public const int MostDepthwiseTaps = 1024;

    /// <summary>How much finer the second codes are where activations are quantised twice.</summary>
    public const float WideSteps = 254f;

    /// <summary>A depthwise convolution at one position: row r multiplies its own window x[taps[0] + r], x[taps[1] + r], …, which is
    /// quantised by itself; the bits are those of <see cref="LinearS8"/> for one row and one vector.</summary>
    /// <param name="w">[rows, taps].</param>
    /// <param name="x">Each tap has as many elements as there are rows.</param>
    /// <param name="taps">Where each tap starts in x.</param>
    /// <param name="xScale">Activation scale, 0: dynamic per row.</param>
    /// <param name="wide">Quantises a second time what the codes leave over, at 1/<see cref="WideSteps"/> of their step, and adds its
    /// product.</param>
    /// <param name="y">[rows], not overlapping x.</param>
    public void DepthwiseS8(in MatrixS8 w, ReadOnlySpan<float> x, ReadOnlySpan<int> taps, float xScale, bool wide, Span<float> y)
    {
        Require(!w.Scale.IsEmpty && w.Columns == taps.Length && w.Rows == y.Length);
        RequireTaps(x, taps, y.Length);
        DepthwiseS8Core(w, x, taps, xScale, wide, y);
    }

    /// <summary>As <see cref="DepthwiseS8"/> in float32, with the bits of <see cref="LinearF32"/>.</summary>
    public void DepthwiseF32(in MatrixF32 w, ReadOnlySpan<float> x, ReadOnlySpan<int> taps, Span<float> y)
    {
        Require(w.Columns == taps.Length && w.Rows == y.Length);
        RequireTaps(x, taps, y.Length);
        DepthwiseF32Core(w, x, taps, y);
    }

    protected abstract void DepthwiseS8Core(in MatrixS8 w, ReadOnlySpan<float> x, ReadOnlySpan<int> taps, float xScale, bool wide,
        Span<float> y);

    protected abstract void DepthwiseF32Core(in MatrixF32 w, ReadOnlySpan<float> x, ReadOnlySpan<int> taps, Span<float> y);

    private static void RequireTaps(ReadOnlySpan<float> x, ReadOnlySpan<int> taps, int rows)
    {
        Require(taps.Length <= MostDepthwiseTaps && x.Length >= rows);
        foreach (var tap in taps)
            Require((uint)tap <= (uint)(x.Length - rows));
    }
}
