namespace EdgeSeq.Runtime.Kernels.Reference;

internal sealed partial class ReferenceKernels
{
    protected override void DepthwiseS8Core(in MatrixS8 w, ReadOnlySpan<float> x, ReadOnlySpan<int> taps, float xScale, bool wide,
        Span<float> y)
    {
        Span<float> window = stackalloc float[MostDepthwiseTaps];
        Span<sbyte> q = stackalloc sbyte[MostDepthwiseTaps];
        window = window[..taps.Length];
        for (var row = 0; row < w.Rows; row++)
        {
            for (var tap = 0; tap < taps.Length; tap++)
                window[tap] = x[taps[tap] + row];
            var scale = QuantizeS8Core(window, q, xScale);
            y[row] = LinearRow(w, row, q, scale);
            var finer = scale / WideSteps;
            if (!wide || finer == 0f)
                continue;
            for (var tap = 0; tap < taps.Length; tap++)
                window[tap] = MathF.FusedMultiplyAdd(-q[tap], scale, window[tap]);
            QuantizeS8Core(window, q, finer);
            y[row] += LinearRow(w.WithoutBias(), row, q, finer);
        }
    }

    protected override void DepthwiseF32Core(in MatrixF32 w, ReadOnlySpan<float> x, ReadOnlySpan<int> taps, Span<float> y)
    {
        Span<float> window = stackalloc float[MostDepthwiseTaps];
        window = window[..taps.Length];
        for (var row = 0; row < w.Rows; row++)
        {
            for (var tap = 0; tap < taps.Length; tap++)
                window[tap] = x[taps[tap] + row];
            y[row] = LinearRow(w, row, window);
        }
    }
}
