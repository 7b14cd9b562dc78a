namespace EdgeSeq.Runtime.Kernels.Reference;

internal sealed partial class ReferenceKernels
{
    protected override void DepthwiseS8Core(in MatrixS8 w, in Patches x, float xScale, bool wide, Span<float> y)
    {
        Span<float> window = stackalloc float[MostDepthwiseTaps];
        Span<sbyte> q = stackalloc sbyte[MostDepthwiseTaps];
        window = window[..w.Columns];
        for (var i = 0; i < y.Length; i++)
        {
            var row = i % w.Rows;
            Gather(x, i, window);
            var scale = QuantizeS8Core(window, q, xScale);
            y[i] = LinearRow(w, row, q, scale);
            var finer = scale / WideSteps;
            if (!wide || finer == 0f)
                continue;
            for (var tap = 0; tap < window.Length; tap++)
                window[tap] = MathF.FusedMultiplyAdd(-q[tap], scale, window[tap]);
            QuantizeS8Core(window, q, finer);
            y[i] += LinearRow(w.WithoutBias(), row, q, finer);
        }
    }

    protected override void DepthwiseF32Core(in MatrixF32 w, in Patches x, Span<float> y)
    {
        Span<float> window = stackalloc float[MostDepthwiseTaps];
        window = window[..w.Columns];
        for (var i = 0; i < y.Length; i++)
        {
            Gather(x, i, window);
            y[i] = LinearRow(w, i % w.Rows, window);
        }
    }

    /// <summary>The window of a result of a depthwise convolution.</summary>
    private static void Gather(in Patches x, int result, Span<float> window)
    {
        var (position, row) = Math.DivRem(result, x.RunLength);
        for (var tap = 0; tap < window.Length; tap++)
            window[tap] = x[position, tap * x.RunLength + row];
    }
}
