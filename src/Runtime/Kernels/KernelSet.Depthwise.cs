namespace EdgeSeq.Runtime.Kernels;

internal abstract partial class KernelSet
{
    /// <summary>Most taps of a depthwise kernel: sums of so many products of int8 are exact in float32 too.</summary>
    public const int MostDepthwiseTaps = 1024;

    /// <summary>How much finer the second codes are where activations are quantised twice.</summary>
    public const float WideSteps = 254f;

    /// <summary>A depthwise convolution: at every position row r multiplies its own window, element r of each tap, which is quantised by
    /// itself; the bits are those of <see cref="LinearS8"/> for one row and one vector.</summary>
    /// <param name="w">[rows, taps].</param>
    /// <param name="x">A vector for each position and a run for each tap, of as many elements as there are rows.</param>
    /// <param name="xScale">Activation scale, 0: dynamic per row.</param>
    /// <param name="wide">Quantises a second time what the codes leave over, at 1/<see cref="WideSteps"/> of their step, and adds its
    /// product.</param>
    /// <param name="y">[positions, rows], not overlapping x.</param>
    public void DepthwiseS8(in MatrixS8 w, in Patches x, float xScale, bool wide, Span<float> y)
    {
        Require(!w.Scale.IsEmpty);
        RequireTaps(x, w.Rows, w.Columns, y.Length);
        DepthwiseS8Core(w, x, xScale, wide, y);
    }

    /// <summary>As <see cref="DepthwiseS8"/> in float32, with the bits of <see cref="LinearF32"/>.</summary>
    public void DepthwiseF32(in MatrixF32 w, in Patches x, Span<float> y)
    {
        RequireTaps(x, w.Rows, w.Columns, y.Length);
        DepthwiseF32Core(w, x, y);
    }

    protected abstract void DepthwiseS8Core(in MatrixS8 w, in Patches x, float xScale, bool wide, Span<float> y);

    protected abstract void DepthwiseF32Core(in MatrixF32 w, in Patches x, Span<float> y);

    private static void RequireTaps(in Patches x, int rows, int taps, int results) =>
        Require(x.Fit() && x.Runs.Length == taps && taps <= MostDepthwiseTaps && x.RunLength == rows && results == (long)x.Vectors * rows);
}
