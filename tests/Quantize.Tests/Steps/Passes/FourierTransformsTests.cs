using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.OnnxExport;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Quantize.Tests.Steps.Passes;

/// <summary>Spectrograms as exporters write them, with matrices of sines and cosines, become Fourier transforms; the program is compared
/// with ONNX Runtime on the original at every conversion.</summary>
public sealed class FourierTransformsTests : IDisposable
{
    private const int Samples = 128;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Samples, 1f)]
    [InlineData(Samples, -1f)]
    [InlineData(100, 1f)]
    public void A_strided_convolution_with_windowed_sines_and_cosines_is_a_transform(int given, float sign)
    {
        var g = new GraphBuilder();
        g.Output(g.Node("Conv", [g.Input("x", 1, 1, 576), g.Constant(Basis(given, sign, 2 * 65))], ("strides", (long[])[64])));

        Assert.Equal(["Copy", "DFT", "Copy"], Ops(g, ConvertMode.Step));
    }

    [Fact]
    public void Real_and_imaginary_parts_of_two_convolutions_share_a_transform()
    {
        var g = new GraphBuilder();
        var x = g.Input("x", 1, 1, "time");
        var basis = Basis(Samples, 1, 2 * 65).ToFloats();
        foreach (var half in (float[][])[basis[..(65 * Samples)], basis[(65 * Samples)..]])
        {
            g.Output(g.Node("Conv", [x, g.Constant(OnnxTensor.FromFloats(half, 65, 1, Samples))],
                ("strides", (long[])[32])));
        }

        Assert.Equal(1, Ops(g).Count(op => op == "DFT"));
    }

    [Fact]
    public void A_product_with_bins_gives_samples_by_an_inverse_transform()
    {
        var g = new GraphBuilder();
        var matrix = new float[130 * Samples];
        for (var at = 0; at < matrix.Length; at++)
        {
            var (row, n) = (at / Samples, at % Samples);
            var angle = 2 * Math.PI * n * (row % 65) / Samples;
            var share = row % 65 is 0 or 64 ? 1.0 : 2.0;
            matrix[at] = (float)(share / Samples * (row < 65 ? Math.Cos(angle) : -Math.Sin(angle)));
        }

        g.Output(g.Node("MatMul", [g.Input("x", 1, 130), g.Constant(OnnxTensor.FromFloats(matrix, 130, Samples))]));

        Assert.Equal(["Copy", "InverseDFT"], Ops(g));
    }

    [Fact]
    public void A_matrix_that_was_trained_stays_a_matrix()
    {
        var g = new GraphBuilder();
        var basis = Basis(Samples, 1, 2 * 65).ToFloats();
        basis[70 * Samples + 9] += 1e-3f;
        g.Output(g.Node("Conv", [g.Input("x", 1, 1, 576), g.Constant(OnnxTensor.FromFloats(basis, 130, 1, Samples))],
            ("strides", (long[])[64])));

        Assert.Equal(["Conv"], Ops(g, ConvertMode.Step));
    }

    [Fact]
    public void A_filter_bank_leaves_its_zeros_out()
    {
        var g = new GraphBuilder();
        var matrix = new float[257 * 40];
        for (var k = 0; k < 257; k++)
            matrix[k * 40 + k * 39 / 257] = 1 + k;

        g.Output(g.Node("MatMul", [g.Input("x", 1, 257), g.Constant(OnnxTensor.FromFloats(matrix, 257, 40))]));

        Assert.Equal(["Banded"], Ops(g));
    }

    [Fact]
    public void What_became_transforms_and_bands_goes_back_to_onnx()
    {
        using var model = Runtime.Sessions.Model.Load(FrontEnd().Program, "istft");
        var x = GraphBuilder.Random(new Random(1), [1, model.Inputs[0].Length], 1);

        StepModelRun.CheckOnce(FrontEnd(), new Dictionary<string, OnnxTensor> { ["samples"] = x });

        static ConversionResult FrontEnd() => Converter.ConvertFrontEnd(new ConvertOptions
        {
            FrontEnd = "istft(n_fft=128, hop=128, window=rectangular) | log-mel(n_fft=128, win=128, hop=128, mels=20, center=false)",
            Chunk = 128,
        });
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1)]
    [InlineData(14)]
    public void Lengths_with_other_factors_have_no_plan(int samples) => Assert.False(FourierPlan.TryCreate(samples, out _));

    private string[] Ops(GraphBuilder g, ConvertMode mode = ConvertMode.Auto)
    {
        var result = Converter.Convert(_folder.Write("model.onnx", g.ToBytes()), new ConvertOptions
        {
            Precision = ConvertPrecision.F32,
            Mode = mode,
        });
        using var model = Runtime.Sessions.Model.Load(result.Program, "test");
        return [.. model.Program.Ops.Select(op => op.Op).Where(op => op is not ("Window" or "Push"))];
    }

    /// <summary>[rows, 1, given]: real parts, then imaginary ones, under a window.</summary>
    private static OnnxTensor Basis(int given, float sign, int rows)
    {
        var data = new float[rows * given];
        for (var at = 0; at < data.Length; at++)
        {
            var (row, n) = (at / given, at % given);
            var angle = 2 * Math.PI * n * (row % (rows / 2)) / Samples;
            var window = 0.6 - 0.4 * Math.Cos(2 * Math.PI * n / given);
            data[at] = (float)(window * (row < rows / 2 ? Math.Cos(angle) : -sign * Math.Sin(angle)));
        }

        return OnnxTensor.FromFloats(data, rows, 1, given);
    }
}
