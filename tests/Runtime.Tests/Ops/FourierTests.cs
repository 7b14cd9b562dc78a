using System.Numerics;
using System.Text.Json.Nodes;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Ops;

/// <summary>Fourier transforms against the sum that defines them, in double precision.</summary>
public class FourierTests
{
    public static TheoryData<int> Lengths => [4, 6, 8, 10, 12, 18, 30, 32, 50, 64, 100, 128, 240, 256, 400, 480, 512, 640, 1024];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_transform_is_the_sum_over_all_samples(int samples)
    {
        var x = Values.Random(2 * samples, samples);
        using var op = new OpRunner();
        op.Op("DFT", [op.Input(x), op.Program.Constant(Tables(samples, inverse: false))], [op.Output<float>(2 * (samples + 2)), -1, -1],
            ("samples", samples), ("vectors", 2));

        var expected = Enumerable.Range(0, 2).SelectMany(v => Bins(x[(v * samples)..((v + 1) * samples)], samples));
        Near(expected.SelectMany(bin => new[] { bin.Real, bin.Imaginary }), op.Step());
    }

    [Fact]
    public void A_shorter_frame_is_windowed_and_zeros_follow()
    {
        const int given = 25, samples = 40;
        float[] x = Values.Random(given, 1), window = Values.Random(given, 2);
        using var op = new OpRunner();
        op.Op("DFT", [op.Input(x), op.Program.Constant(Tables(samples, inverse: false)), op.Program.Constant(window)],
            [op.Output<float>(samples + 2)], ("samples", samples), ("given", given), ("conjugate", 1));

        var expected = Bins([.. x.Zip(window, (value, weight) => value * weight)], samples);
        Near(expected.SelectMany(bin => new[] { bin.Real, -bin.Imaginary }), op.Step());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Magnitude_and_power_are_those_of_the_bins(int output)
    {
        const int samples = 60;
        var x = Values.Random(samples, 3);
        using var op = new OpRunner();
        int[] outputs = [-1, -1, -1];
        outputs[output] = op.Output<float>(samples / 2 + 1);
        op.Op("DFT", [op.Input(x), op.Program.Constant(Tables(samples, inverse: false))], outputs, ("samples", samples));

        Near(Bins(x, samples).Select(bin => output == 1 ? bin.Magnitude : Math.Pow(bin.Magnitude, 2)), op.Step());
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void An_inverse_transform_gives_the_samples_back(int samples)
    {
        var x = Values.Random(samples, samples);
        var window = Values.Random(samples, 5);
        float[] bins = [.. Bins(x, samples).SelectMany(bin => new[] { (float)bin.Real, (float)bin.Imaginary })];

        // Whatever stands there: the first and the last bin are real.
        bins[1] = bins[^1] = 7;
        using var op = new OpRunner();
        op.Op("InverseDFT", [op.Input(bins), op.Program.Constant(Tables(samples, inverse: true)), op.Program.Constant(window)],
            [op.Output<float>(samples)], ("samples", samples));

        Near(x.Zip(window, (value, weight) => (double)value * weight), op.Step());
    }

    [Fact]
    public void A_banded_matrix_multiplies_with_its_columns()
    {
        const int rows = 18, columns = 9;
        int[] first = [1, 6], width = [4, 3];
        var x = Values.Random(2 * columns, 1);
        var w = Values.Random(16 * (4 + 3), 2);
        using var op = new OpRunner();
        op.Op("Banded", [op.Input(x), op.Program.Constant(w)], [op.Output<float>(2 * rows)], ("rows", rows), ("columns", columns),
            ("vectors", 2), ("first", new JsonArray(1, 6)), ("width", new JsonArray(4, 3)));

        Near(
            from v in Enumerable.Range(0, 2)
            from row in Enumerable.Range(0, rows)
            let tile = row / 16
            select Enumerable.Range(0, width[tile]).Sum(c => (double)w[tile * 64 + c * 16 + row % 16] * x[v * columns + first[tile] + c]),
            op.Step());
    }

    private static float[] Tables(int samples, bool inverse) =>
        FourierPlan.TryCreate(samples, out var plan) ? plan.Tables(inverse) : throw new ArgumentException("no plan", nameof(samples));

    private static Complex[] Bins(float[] x, int samples) => [.. Enumerable.Range(0, samples / 2 + 1).Select(k =>
        x.Select((value, n) => value * Complex.Exp(new Complex(0, -2 * Math.PI * n * k / samples)))
            .Aggregate(Complex.Zero, (sum, term) => sum + term))];

    private static void Near(IEnumerable<double> expected, float[] actual)
    {
        double[] values = [.. expected];
        Assert.Equal(values.Length, actual.Length);
        var allowed = 1e-6 * values.Max(Math.Abs);
        Assert.All(values.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, allowed));
    }
}
