using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Sessions;

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
    public void Inputs_that_differ_in_size_by_their_weights_are_scaled()
    {
        var y = _g.Node("MatMul", [_g.Input("x", 1, 2), _g.Constant(OnnxTensor.FromFloats([100, -90, 0.005f, 0.004f], 2, 2))]);
        _g.Output(_g.Linear(_g.Node("Relu", [y]), 2, 2), "y");
        Assert.Empty(Floats());
        Assert.Contains("very different size", Assert.Single(Scaled()), StringComparison.Ordinal);
        Assert.True(SqnrDb(random => [0.01f * Around(random), 200 * Around(random)]) > 35);
    }

    [Fact]
    public void A_mean_that_the_bias_takes_away_comes_off_the_input()
    {
        // Rows that see one element less its mean, 5,000 and -300, divided by its deviation, 10 and 2.
        var weights = OnnxTensor.FromFloats([0.1f, 0.05f, -0.1f, 0.5f, -0.5f, 0.25f], 2, 3);
        var y = _g.Node("Gemm", [_g.Input("x", 1, 2), _g.Constant(weights),
            _g.Constant(OnnxTensor.FromFloats([-500 + 150, -250 - 150, 500 + 75], 3))]);
        _g.Output(_g.Node("Tanh", [y]), "y");
        Assert.Empty(Floats());
        Assert.Contains("far from zero", Assert.Single(Scaled()), StringComparison.Ordinal);
        Assert.True(SqnrDb(random => [5000 + 10 * Around(random), -300 + 2 * Around(random)]) > 35);
    }

    [Fact]
    public void A_bias_that_no_mean_of_the_inputs_explains_keeps_the_layer_float()
    {
        var y = _g.Node("Gemm", [_g.Input("x", 1, 2), _g.Weights([2, 3], 0.01f), _g.Constant(OnnxTensor.FromFloats([-500, 400, 300], 3))]);
        _g.Output(y, "y");
        Assert.Contains("far from zero", Assert.Single(Floats()), StringComparison.Ordinal);
    }

    [Fact]
    public void Noise_lies_where_the_model_says_that_its_inputs_lie()
    {
        var x = _g.Input("x", 1, 2);
        var unit = _g.Node("Div", [_g.Node("Sub", [x, _g.Constant(OnnxTensor.FromFloats([300, -7], 2))]),
            _g.Constant(OnnxTensor.FromFloats([0.5f, 1000], 2))]);
        _g.Output(_g.Linear(_g.Node("Tanh", [unit]), 2, 2), "y");
        using var model = Model.Load(Result().FloatProgram, "test");
        var noise = NoiseRecording.Of(model, NoiseDomain.Of(Result().FloatSteps, new Dictionary<string, string>()), 500);
        var values = noise.Floats(0, 0, noise.Steps).ToArray();
        float[] first = [.. values.Where((_, i) => i % 2 == 0)], second = [.. values.Where((_, i) => i % 2 == 1)];
        Assert.InRange(first.Average(), 299.9f, 300.1f);
        Assert.InRange(first.Max() - first.Min(), 1.9f, 2);
        Assert.InRange(second.Max() - second.Min(), 3900, 4000);
    }

    [Fact]
    public void A_node_that_errs_too_much_on_noise_gets_more_precision()
    {
        // Two deep layers whose errors add up, by more than codes that fit what they multiply could make up for.
        var h = _g.Node("Sigmoid", [_g.Linear(_g.Input("x", 1, Size), Size, 64)]);
        _g.Output(_g.Linear(_g.Node("Sigmoid", [_g.Linear(h, 64, 64)]), 64, 32), "y");
        var path = _folder.Write("model.onnx", _g.ToBytes());
        var plain = Converter.Convert(path, new ConvertOptions { MinSqnrDb = 0 });
        Assert.Null(plain.Precision);
        var wanted = plain.Noise!.Outputs[0].SqnrDb!.Value + 12;
        var raised = Converter.Convert(path, new ConvertOptions { MinSqnrDb = wanted });
        Assert.True(raised.Precision!.IsMet);
        Assert.True(raised.Noise!.Outputs[0].SqnrDb >= wanted);
        Assert.Contains(raised.Precision.Nodes, node => node.Form != "int8");
        Assert.Contains(raised.Precision.Nodes, node => node.Form != "f32");
    }

    [Fact]
    public void Layers_before_a_logarithm_of_their_power_stay_float_and_those_after_do_not()
    {
        var spectrum = _g.Linear(_g.Input("x", 1, Size), Size, Size);
        var bands = _g.Linear(_g.Node("Mul", [spectrum, spectrum]), Size, Size);
        var log = _g.Node("Log", [_g.Node("Add", [_g.Node("Abs", [bands]), _g.Scalar(1e-6f)])]);
        _g.Output(_g.Linear(log, Size, 256), "y");
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
        _g.Output(_g.Linear(_g.Input("x", 1, Size), Size, 256), "y");
        var noise = Result().Noise!;
        Assert.True(noise.Outputs[0].SqnrDb > 35);
        Assert.Empty(noise.Poor);
    }

    [Fact]
    public void A_program_that_errs_much_on_noise_is_poor_unless_nodes_get_more_precision()
    {
        // A difference of two nearly equal sums: each errs by a share of itself.
        var x = _g.Input("x", 1, Size);
        var h = _g.Linear(x, Size, Size);
        var (a, b) = (_g.Node("Mul", [h, _g.Scalar(50)]), _g.Node("Mul", [_g.Linear(h, Size, Size), _g.Scalar(1e-3f)]));
        var sum = _g.Linear(_g.Node("Add", [a, b]), Size, Size);
        _g.Output(_g.Node("Sin", [_g.Node("Mul", [sum, _g.Scalar(10)])]), "y");
        var plain = Converter.Convert(_folder.Write("model.onnx", _g.ToBytes()), new ConvertOptions { MinSqnrDb = 0 });
        Assert.Equal("y", Assert.Single(plain.Noise!.Poor).Name);
        Assert.Empty(Result().Noise!.Poor);
    }

    [SharedTheory]
    [InlineData("cases/int8_mixed_scales", "scaled")]
    [InlineData("torch2/torch2_melfront_step", "float")]
    public void Front_ends_inside_models_keep_what_int8_would_hurt(string model, string how) =>
        Assert.Contains(Converter.Convert(Shared.Path($"{model}.onnx"), new ConvertOptions()).Choices, choice => choice.About == how);

    [SharedFact]
    public void A_spectrum_before_a_logarithm_is_a_transform_in_float_and_needs_no_warning()
    {
        var result = Converter.Convert(Shared.Path("cases/int8_stft_log.onnx"), new ConvertOptions());
        Assert.Contains(result.Steps.Nodes, node => node.Op == "DFT");
        Assert.Empty(result.Noise!.Poor);
    }

    private ConversionResult Result() => Converter.Convert(_folder.Write("model.onnx", _g.ToBytes()), new ConvertOptions());

    private string[] Floats() => [.. Result().Choices.Where(choice => choice.About == "float").Select(choice => choice.Why)];

    private string[] Scaled() => [.. Result().Choices.Where(choice => choice.About == "scaled").Select(choice => choice.Why)];

    /// <summary>The int8 program beside the float program, on inputs of a test's own.</summary>
    private double SqnrDb(Func<Random, float[]> inputs)
    {
        var result = Result();
        using Model int8 = Model.Load(result.Program, "int8"), f32 = Model.Load(result.FloatProgram, "f32");
        using Session codes = int8.CreateSession(), floats = f32.CreateSession();
        var random = new Random(4);
        var error = new OutputError();
        for (var step = 0; step < 500; step++)
        {
            var x = inputs(random);
            x.CopyTo(codes.Input(0));
            x.CopyTo(floats.Input(0));
            codes.Step();
            floats.Step();
            error.Add(codes.Output(0), floats.Output(0));
        }

        return error.SqnrDb ?? double.PositiveInfinity;
    }

    private static float Around(Random random) => random.NextSingle() * 2 - 1;

    private int Int8Products() => Result().Nodes.Count(node => node.Precision == "int8");
}
