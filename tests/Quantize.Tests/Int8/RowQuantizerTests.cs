using EdgeSeq.Quantize.Int8;

namespace EdgeSeq.Quantize.Tests.Int8;

public class RowQuantizerTests
{
    [Fact]
    public void Weights_on_a_grid_are_kept_exactly()
    {
        float[] weights = [0.25f * 90, 0.25f * -17, 0.25f * 3, 0];

        var (codes, scales) = RowQuantizer.Quantize(weights, 1, 4);

        Assert.Equal(weights, codes.Select(code => code * scales[0]));
    }

    [Fact]
    public void A_row_of_zeros_has_scale_0()
    {
        var (codes, scales) = RowQuantizer.Quantize([0, 0, 1, 1], 2, 2);

        Assert.Equal(0, scales[0]);
        Assert.Equal([0, 0], codes[..2]);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(64)]
    [InlineData(257)]
    public void Error_is_below_that_of_the_largest_magnitude_as_range(int columns)
    {
        var row = RandomRow(columns);
        var full = row.Max(Math.Abs) / RowQuantizer.Largest;

        var (codes, scales) = RowQuantizer.Quantize(row, 1, columns);

        Assert.True(SquaredError(row, codes, scales[0]) < SquaredError(row, [.. row.Select(w => RowQuantizer.Encode(w, full))], full));
    }

    [Fact]
    public void Columns_that_count_more_have_less_error()
    {
        var row = RandomRow(16);
        var covariance = new double[16 * 16];
        for (var i = 0; i < 16; i++)
            covariance[i * 16 + i] = i == 0 ? 1e6 : 1;

        var plain = RowQuantizer.Quantize(row, 1, 16);
        var weighted = RowQuantizer.Quantize(row, 1, 16, covariance);

        Assert.True(Math.Abs(row[0] - weighted.Codes[0] * weighted.Scales[0]) < Math.Abs(row[0] - plain.Codes[0] * plain.Scales[0]));
    }

    [Fact]
    public void Columns_that_vary_together_make_up_for_each_other()
    {
        var row = RandomRow(16);
        var covariance = Enumerable.Range(0, 16 * 16).Select(i => i / 16 == i % 16 ? 1.01 : 1.0).ToArray();

        var plain = RowQuantizer.Quantize(row, 1, 16);
        var joint = RowQuantizer.Quantize(row, 1, 16, covariance);

        Assert.True(ProductError(row, joint, covariance) < 0.5 * ProductError(row, plain, covariance));
    }

    private static double ProductError(float[] row, (sbyte[] Codes, float[] Scales) quantized, double[] covariance)
    {
        var error = row.Zip(quantized.Codes, (weight, code) => weight - (double)code * quantized.Scales[0]).ToArray();
        return covariance.Select((value, i) => value * error[i / row.Length] * error[i % row.Length]).Sum();
    }

    private static float[] RandomRow(int columns)
    {
        var random = new Random(columns);
        return [.. Enumerable.Range(0, columns)
            .Select(_ => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5))];
    }

    private static double SquaredError(float[] row, sbyte[] codes, float scale) =>
        row.Zip(codes, (weight, code) => Math.Pow(weight - (double)code * scale, 2)).Sum();
}
