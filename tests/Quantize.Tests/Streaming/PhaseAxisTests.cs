using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Streaming.Rules;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>A transposed convolution by its phases, against every input adding its weighted kernel to the output.</summary>
public class PhaseAxisTests
{
    private static readonly int[] Input = [3, -1, 4, 1, -5, 9];

    private static readonly int[] Weights = [2, 7, -1, 8, 3];

    public static TheoryData<int, int, int, int> Sizes => new(
        from stride in (int[])[1, 2, 3, 5]
        from kernel in Enumerable.Range(1, Weights.Length)
        from dilation in (int[])[1, 2]
        from crop in (int[])[0, 1, 3]
        select (stride, kernel, dilation, crop));

    [Theory, MemberData(nameof(Sizes))]
    public void Phases_give_what_the_transposed_convolution_gives(int stride, int kernel, int dilation, int crop)
    {
        var whole = ((Input.Length - 1) * stride) + ((kernel - 1) * dilation) + 1;
        // Cropped at the end, just as long, and longer (output_padding).
        foreach (var outputs in (int[])[whole - crop - 1, whole - crop, whole - crop + stride - 1])
        {
            if (outputs < 1)
                continue;
            var a = new ConvAttributes(1, 1, [1, Input.Length], [1, kernel], [1, stride], [1, dilation], [0, crop, 0, 0], false);
            Assert.Equal(Spread(stride, kernel, dilation, crop, outputs), ByPhases(PhaseAxis.Of(a, 1, outputs)));
        }
    }

    private static int?[] Spread(int stride, int kernel, int dilation, int crop, int outputs)
    {
        var y = new int[outputs];
        for (var i = 0; i < Input.Length; i++)
        {
            for (var tap = 0; tap < kernel; tap++)
            {
                var at = (i * stride) + (tap * dilation) - crop;
                if (at >= 0 && at < outputs)
                    y[at] += Input[i] * Weights[tap];
            }
        }

        return [.. y.Cast<int?>()];
    }

    private static int?[] ByPhases(PhaseAxis axis)
    {
        var y = new int?[axis.Outputs];
        foreach (var (phase, phases, position, count, output) in axis.Runs())
        {
            for (var i = 0; i < phases; i++)
            {
                for (var j = 0; j < count; j++)
                {
                    Assert.InRange(position + j, 0, axis.Positions - 1);
                    y[output + i + (j * axis.Stride)] = Sum(axis, phase + i, position + j);
                }
            }
        }

        return y;
    }

    private static int Sum(PhaseAxis axis, int phase, int position)
    {
        var sum = 0;
        for (var tap = 0; tap < axis.Taps; tap++)
        {
            var from = position + (tap * axis.Dilation) - axis.Before;
            if (from >= 0 && from < Input.Length && axis.KernelTap(phase, tap) is >= 0 and var own)
                sum += Input[from] * Weights[own];
        }

        return sum;
    }
}
