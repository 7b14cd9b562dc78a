using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Reference;

internal sealed partial class ReferenceKernels
{
    protected override void PoolCore(PoolReduction reduction, ReadOnlySpan<float> x, ReadOnlySpan<int> taps, int columnTaps, int step,
        int channels, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            var at = i / channels * step + i % channels;
            var result = reduction == PoolReduction.Max ? float.NegativeInfinity : 0f;
            for (var column = 0; column < taps.Length; column += columnTaps)
            {
                var one = Term(reduction, x[at + taps[column]]);
                for (var tap = column + 1; tap < column + columnTaps; tap++)
                    one = Joined(reduction, one, Term(reduction, x[at + taps[tap]]));
                result = Joined(reduction, result, one);
            }

            y[i] = result;
        }
    }

    private static float Term(PoolReduction reduction, float x) => reduction switch
    {
        PoolReduction.SumOfMagnitudes => MathF.Abs(x),
        PoolReduction.SumOfSquares => x * x,
        _ => x,
    };

    private static float Joined(PoolReduction reduction, float a, float b) =>
        reduction == PoolReduction.Max ? ElementMath.Maximum(new Lanes1(a), new Lanes1(b)).Value : a + b;
}
