using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Quantize.Timing;
using EdgeSeq.Quantize.Verification;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Conversion;

/// <summary>What converts, calibrates and verifies programs, on one that gives six elements a step.</summary>
public sealed class UpsampledProgramTests : IDisposable
{
    private const int Channels = 3, Steps = 120, Factor = 6;

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly RecordingSet _data;

    public UpsampledProgramTests()
    {
        _model = _folder.Write("model.onnx", Decoder().ToBytes());
        using (var writer = new NpyWriter(_folder.File("x.npy"), isFloat: true))
        {
            writer.Write(Noise());
            writer.Complete([2, Steps, Channels]);
        }

        _data = new RecordingSet(_folder.File("x.npy"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Int8_stands_as_far_above_its_error_with_recordings_as_other_decoders()
    {
        var result = Converter.Convert(_model, new ConvertOptions { Calibrate = _data });
        var path = _folder.Write("model.eseq", result.Program);
        using var model = Model.Load(path);
        Assert.True(model.SelfTest().Passed);

        var report = Verifier.Verify(_model, path, new VerifyOptions { Data = _data });
        var output = Assert.Single(report.Outputs);
        Assert.InRange(output.Error.SqnrDb!.Value, 25, 100);
        Assert.InRange(output.F32.MaxError, 0, 1e-4);
        Assert.Equal(2 * Steps * Factor, output.Error.Compared);
        Assert.NotEmpty(report.Nodes);
    }

    [Fact]
    public void Int8_without_recordings_is_compared_on_noise()
    {
        var result = Converter.Convert(_model, new ConvertOptions());
        Assert.InRange(Assert.Single(result.Noise!.Outputs).SqnrDb!.Value, 20, 100);
    }

    [Fact]
    public void Calls_of_several_elements_give_the_values_of_single_ones()
    {
        using Model single = Loaded(null), chunked = Loaded(4);
        Assert.Equal((1, 4), (single.Chunk, chunked.Chunk));
        Assert.Equal([4 * Factor, 1], chunked.Outputs[0].Shape);
        using Session one = single.CreateSession(), four = chunked.CreateSession();
        var x = Noise();
        for (var call = 0; call < 5; call++)
        {
            var expected = new List<float>();
            for (var element = 4 * call; element < 4 * call + 4; element++)
            {
                var y = new float[Factor];
                one.Step(x.AsSpan(element * Channels, Channels), y);
                expected.AddRange(y);
            }

            var actual = new float[4 * Factor];
            Assert.True(four.Step(x.AsSpan(4 * call * Channels, 4 * Channels), actual));
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void The_step_model_says_how_many_of_its_steps_an_input_takes()
    {
        var step = ModelProto.Parser.ParseFrom(
            Converter.Convert(_model, new ConvertOptions { Precision = ConvertPrecision.F32 }).ToStepModel("step"));
        Assert.Contains(step.MetadataProps, pair => pair is { Key: "edgeseq.input_rate", Value: "6" });
    }

    [Fact]
    public void There_is_no_step_of_onnx_runtime_to_compare_times_with()
    {
        var path = _folder.Write("model.eseq", Converter.Convert(_model, new ConvertOptions { Precision = ConvertPrecision.F32 }).Program);
        Assert.Equal(ErrorCodes.OptionInvalid, Assert.Throws<EdgeSeqException>(() => StepComparison.Run(_model, path)).Code);
    }

    private Model Loaded(int? chunk) => Model.Load(
        Converter.Convert(_model, new ConvertOptions { Chunk = chunk, Precision = ConvertPrecision.F32 }).Program, "test");

    private static GraphBuilder Decoder()
    {
        var g = new GraphBuilder();
        var y = g.Transpose(g.Lstm(g.Input("x", "batch", "time", Channels), Channels, 16), 0, 2, 1);
        foreach (var stride in (int[])[3, 2])
        {
            y = g.Node("ConvTranspose", [g.Node("Elu", [y]), g.Weights([16, 16, 2 * stride]), g.Weights([16])],
                ("strides", (long[])[stride]), ("pads", (long[])[0, stride]));
            y = g.Node("Add", [y, g.CausalConv(g.Node("Elu", [y]), 16, 16, 3)]);
        }

        return g.Output(g.CausalConv(g.Node("Elu", [y]), 16, 1, 7));
    }

    private static float[] Noise()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, 2 * Steps * Channels).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
