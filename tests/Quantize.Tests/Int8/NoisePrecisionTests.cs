using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Int8;

/// <summary>The precision that a model gets where no recordings say, on a policy as robots have them: observations less their means, times
/// the inverse of their deviations, then layers with Swish.</summary>
public sealed class NoisePrecisionTests : IDisposable
{
    private const int Observations = 24;

    private const double Wanted = ConvertOptions.DefaultMinNoiseSqnrDb;

    private readonly GraphBuilder _g = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_policy_stands_above_its_error_where_it_puts_its_observations_and_on_plain_unit_noise()
    {
        var (means, inverses) = Policy(largestInverse: 12);
        var plain = Convert(minSqnrDb: 0);
        Assert.True(SqnrDb(plain, (random, _) => Around(random)) < Wanted, "The policy needs more than plain int8.");
        var result = Convert(Wanted);
        Assert.InRange(SqnrDb(result, (random, _) => Around(random)), Wanted, double.MaxValue);
        Assert.InRange(SqnrDb(result, (random, i) => Around(random) / inverses[i] + means[i]), Wanted, double.MaxValue);
        Assert.True(result.Noise!.Outputs[0].SqnrDb >= Wanted);
        Assert.Contains(result.Precision!.Nodes, node => node.Form.StartsWith("int8", StringComparison.Ordinal));
    }

    [Fact]
    public void The_worse_of_both_noises_is_told()
    {
        var (means, inverses) = Policy(largestInverse: 12);
        var plain = Convert(minSqnrDb: 0);
        var told = plain.Noise!.Outputs[0].SqnrDb!.Value;
        Assert.InRange(SqnrDb(plain, (random, _) => Around(random)), told - 1, told + 1);
        Assert.InRange(SqnrDb(plain, (random, i) => Around(random) / inverses[i] + means[i]), told + 2, double.MaxValue);
    }

    [Theory]
    [InlineData(0f, 1f, 1)] // The model moves nothing.
    [InlineData(0.5f, 0.25f, 2)]
    [InlineData(-1f, 0.2f, 2)]
    [InlineData(1013f, 5f, 1)] // A pressure in hPa: unit noise would be a sensor out of order.
    [InlineData(0f, 1e-3f, 1)]
    [InlineData(0f, 32768f, 1)] // 16-bit samples: unit noise would be silence.
    public void Unit_noise_counts_too_where_it_is_not_far_from_the_model(float mean, float deviation, int domains)
    {
        var unit = _g.Node("Div", [_g.Node("Sub", [_g.Input("x", 1, 4), _g.Scalar(mean)]), _g.Scalar(deviation)]);
        _g.Output(_g.Linear(_g.Node("Tanh", [unit]), 4, 2), "y");
        Assert.Equal(domains, Domains());
    }

    [Fact]
    public void Unit_noise_counts_too_where_the_model_moves_only_a_few_elements()
    {
        var unit = _g.Node("Mul", [_g.Input("x", 1, 4), _g.Constant(OnnxTensor.FromFloats([1, 1, 8, 1], 4))]);
        _g.Output(_g.Linear(_g.Node("Tanh", [unit]), 4, 2), "y");
        Assert.Equal(2, Domains());
    }

    [Fact]
    public void One_element_that_hardly_moved_does_not_keep_unit_noise_away()
    {
        var unit = _g.Node("Mul", [_g.Input("x", 1, 4), _g.Constant(OnnxTensor.FromFloats([2, 1e4f, 3, 4], 4))]);
        _g.Output(_g.Linear(_g.Node("Tanh", [unit]), 4, 2), "y");
        Assert.Equal(2, Domains());
    }

    [Fact]
    public void Codes_that_fit_what_layers_multiply_on_noise_have_less_error_on_other_noise()
    {
        Policy(largestInverse: 12);
        var result = Convert(minSqnrDb: 0);
        var (graph, options) = (result.FloatSteps, new QuantizerOptions());
        using var noise = NoiseReference.Of(graph, result.FloatProgram, options);
        var moments = NoiseMoments.Of(Quantizer.Quantize(graph, options), StepGraphs.Description, noise.Domains);
        Assert.Equal(4, moments.Count);
        var (fitted, _) = Quantizer.Raise(graph, options, new PrecisionGoal(null, null, null), moments,
            new TrialRecordings(graph, StepGraphs.Description, model => [NoiseRecording.Of(model, NoiseDomain.Unit, 16)]), null);
        Assert.InRange(WorstSqnrDb(noise, fitted), WorstSqnrDb(noise, Quantizer.Quantize(graph, options)) + 1, double.MaxValue);
    }

    private int Domains()
    {
        var result = Convert(Wanted);
        return NoiseDomain.AllOf(result.FloatSteps, result.FloatProgram, new Dictionary<string, string>(StringComparer.Ordinal)).Count;
    }

    private ConversionResult Convert(double minSqnrDb) =>
        Converter.Convert(_folder.Write("policy.onnx", _g.ToBytes()), new ConvertOptions { MinSqnrDb = minSqnrDb });

    private (float[] Means, float[] Inverses) Policy(float largestInverse)
    {
        var random = new Random(7);
        float[] means = [.. Enumerable.Range(0, Observations).Select(_ => Around(random) / 2)],
            inverses = [.. Enumerable.Range(0, Observations).Select(_ => MathF.Pow(largestInverse, random.NextSingle()))];
        var x = _g.Node("Mul", [_g.Node("Sub", [_g.Input("obs", 1, Observations), _g.Constant(OnnxTensor.FromFloats(means, Observations))]),
            _g.Constant(OnnxTensor.FromFloats(inverses, Observations))]);
        x = Swish(_g.Linear(x, Observations, 128));
        x = Swish(_g.Linear(x, 128, 64));
        _g.Output(_g.Node("Tanh", [_g.Linear(Swish(_g.Linear(x, 64, 32)), 32, 6)]), "actions");
        return (means, inverses);

        string Swish(string value) => _g.Node("Mul", [value, _g.Node("Sigmoid", [value])]);
    }

    private static double WorstSqnrDb(NoiseReference noise, StepGraph graph)
    {
        using var model = ProgramWriter.Load(graph, StepGraphs.Description, new PackedConstants());
        return noise.Beside(model).Outputs[0].SqnrDb!.Value;
    }

    /// <summary>Of the int8 program beside the float program.</summary>
    /// <param name="observation">Value of an element.</param>
    private static double SqnrDb(ConversionResult result, Func<Random, int, float> observation)
    {
        using Model int8 = Model.Load(result.Program, "int8"), f32 = Model.Load(result.FloatProgram, "f32");
        using Session codes = int8.CreateSession(), floats = f32.CreateSession();
        var random = new Random(4);
        var error = new OutputError();
        for (var step = 0; step < 2000; step++)
        {
            for (var i = 0; i < Observations; i++)
                floats.Input(0)[i] = codes.Input(0)[i] = observation(random, i);

            codes.Step();
            floats.Step();
            error.Add(codes.Output(0), floats.Output(0));
        }

        return error.SqnrDb ?? double.PositiveInfinity;
    }

    /// <summary>Of mean 0 and deviation 1.</summary>
    private static float Around(Random random) => MathF.Sqrt(3) * (random.NextSingle() * 2 - 1);
}
