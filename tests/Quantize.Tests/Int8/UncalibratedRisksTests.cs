using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Int8;

/// <summary>What of a model stays float without recordings, because the graph and the weights show that int8 would hurt it.</summary>
public sealed class UncalibratedRisksTests : IDisposable
{
    private const int Size = 8;

    private readonly GraphBuilder _g = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_layer_of_ordinary_inputs_is_int8()
    {
        _g.Output(_g.Linear(_g.Input("x", 1, Size), Size, Size), "y");
        Assert.Empty(Floats());
    }

    [Fact]
    public void A_layer_whose_inputs_differ_in_size_by_their_weights_stays_float()
    {
        var y = _g.Node("MatMul", [_g.Input("x", 1, 2), _g.Constant(OnnxTensor.FromFloats([100, -90, 0.005f, 0.004f], 2, 2))]);
        _g.Output(_g.Linear(_g.Node("Relu", [y]), 2, 2), "y");
        Assert.Contains("very different size", Assert.Single(Floats()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_whose_bias_takes_a_large_mean_away_stays_float()
    {
        var y = _g.Node("Gemm", [_g.Input("x", 1, 2), _g.Weights([2, 3], 0.01f), _g.Constant(OnnxTensor.FromFloats([-500, 400, 300], 3))]);
        _g.Output(y, "y");
        Assert.Contains("far from zero", Assert.Single(Floats()), StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_before_a_logarithm_of_their_power_stay_float_and_those_after_do_not()
    {
        var spectrum = _g.Linear(_g.Input("x", 1, Size), Size, Size);
        var bands = _g.Linear(_g.Node("Mul", [spectrum, spectrum]), Size, Size);
        var log = _g.Node("Log", [_g.Node("Add", [_g.Node("Abs", [bands]), _g.Scalar(1e-6f)])]);
        _g.Output(_g.Linear(log, Size, 2), "y");
        var why = Assert.Single(Floats());
        Assert.Contains("logarithm", why, StringComparison.Ordinal);
        Assert.Equal(1, Int8Products());
    }

    [Fact]
    public void A_division_of_an_input_by_products_keeps_them_float()
    {
        var x = _g.Input("x", 1, Size);
        var energy = _g.Node("Add", [_g.Node("Abs", [_g.Linear(x, Size, Size)]), _g.Scalar(1e-3f)]);
        _g.Output(_g.Node("Div", [x, energy]), "y");
        Assert.Contains("division", Assert.Single(Floats()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_normalisation_by_its_own_size_is_no_risk()
    {
        var h = _g.Linear(_g.Input("x", 1, Size), Size, Size);
        var size = _g.Node("Sqrt", [_g.Node("ReduceMean", [_g.Node("Mul", [h, h])], ("axes", (long[])[1]))]);
        _g.Output(_g.Node("Div", [h, size]), "y");
        Assert.Empty(Floats());
    }

    [Fact]
    public void A_program_that_errs_little_on_noise_says_how_little()
    {
        _g.Output(_g.Linear(_g.Input("x", 1, Size), Size, Size), "y");
        var noise = Result().Noise!;
        Assert.True(noise.Outputs[0].SqnrDb > 35);
        Assert.Empty(noise.Poor);
    }

    [Fact]
    public void A_program_that_errs_much_on_noise_is_poor()
    {
        // A difference of two nearly equal sums: each errs by a share of itself.
        var x = _g.Input("x", 1, Size);
        var h = _g.Linear(x, Size, Size);
        var (a, b) = (_g.Node("Mul", [h, _g.Scalar(50)]), _g.Node("Mul", [_g.Linear(h, Size, Size), _g.Scalar(1e-3f)]));
        var sum = _g.Linear(_g.Node("Add", [a, b]), Size, Size);
        _g.Output(_g.Node("Sin", [_g.Node("Mul", [sum, _g.Scalar(10)])]), "y");
        Assert.Equal("y", Assert.Single(Result().Noise!.Poor).Name);
    }

    [SharedTheory]
    [InlineData("cases/int8_mixed_scales")]
    [InlineData("torch2/torch2_melfront_step")]
    public void Front_ends_inside_models_keep_what_int8_would_hurt_in_float(string model) =>
        Assert.Contains(Converter.Convert(Shared.Path($"{model}.onnx"), new ConvertOptions()).Choices, choice => choice.About == "float");

    [SharedFact]
    public void A_spectrum_before_a_logarithm_is_a_transform_in_float_and_needs_no_warning()
    {
        var result = Converter.Convert(Shared.Path("cases/int8_stft_log.onnx"), new ConvertOptions());
        Assert.Contains(result.Steps.Nodes, node => node.Op == "DFT");
        Assert.Empty(result.Noise!.Poor);
    }

    private ConversionResult Result() => Converter.Convert(_folder.Write("model.onnx", _g.ToBytes()), new ConvertOptions());

    private string[] Floats() => [.. Result().Choices.Where(choice => choice.About == "float").Select(choice => choice.Why)];

    private int Int8Products() => Result().Nodes.Count(node => node.Precision == "int8");
}
