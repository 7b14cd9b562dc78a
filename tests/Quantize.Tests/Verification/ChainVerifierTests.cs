using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Conversion.Chains;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Quantize.Verification;
using EdgeSeq.Quantize.Verification.Report;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Verification;

/// <summary>Chains and front ends against ONNX Runtime on their parts.</summary>
public sealed class ChainVerifierTests : IDisposable
{
    private const int Samples = 4000, Chunk = 80;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("log-mel(library=torchaudio, rate=8000, n_fft=256, win=200, hop=80, mels=20, center=false)", Chunk)]
    [InlineData("butter(2, 100, rate=8000)", 1)]
    [InlineData("butter(2, 100, rate=8000)", Chunk)]
    public void A_front_end_alone_is_what_its_graph_gives(string frontEnd, int chunk)
    {
        var options = new ConvertOptions { Precision = ConvertPrecision.F32, FrontEnd = frontEnd, Chunk = chunk };
        var program = _folder.Write("p.eseq", Converter.ConvertFrontEnd(options).Program);

        var report = Verifier.Verify(new VerifySubject(), program, new VerifyOptions { Data = Recording(chunk) });

        var error = Assert.Single(report.Outputs).Error;
        Assert.True(error.Compared > 40);
        Assert.InRange(error.MaxError, 0, 1e-4);
    }

    [Fact]
    public void A_chain_is_its_models_one_after_the_other()
    {
        var report = Verify(Chain(), ConvertPrecision.F32);

        var error = Assert.Single(report.Outputs).Error;
        Assert.Equal(Samples / Chunk - 2 - 3, error.Compared);
        Assert.InRange(error.MaxError, 0, 1e-4);
    }

    [Fact]
    public void A_program_that_computes_something_else_is_found_out()
    {
        var chain = Chain();
        var program = _folder.Write("other.eseq",
            ChainConverter.Convert(chain with { Links = ["samples -> dense", "dense -> head, window=4, scale=1.1"] },
            new ConvertOptions { Precision = ConvertPrecision.F32 }).Program);
        var file = _folder.Write("chain.json", System.Text.Encoding.UTF8.GetBytes($$"""
            {"front_end": "{{chain.FrontEnd}}", "chunk": {{Chunk}}, "models": {"dense": "dense.onnx", "head": "head.onnx"},
             "links": ["samples -> dense", "dense -> head, window=4"]}
            """));

        var report = Verifier.Verify(new VerifySubject { ChainFile = file }, program, new VerifyOptions { Data = Recording(Chunk) });

        Assert.True(Assert.Single(report.Outputs).Error.MaxError > 1e-2);
    }

    [Fact]
    public void A_model_whose_time_axis_is_open_streams_behind_a_front_end()
    {
        var model = new GraphBuilder();
        var x = model.Input("x", 1, "time", 20);
        model.Output(model.Node("ReduceSum", [model.Node("CumSum", [x, model.Ints(1)]), model.Ints(2)], ("keepdims", 0L)), "y");
        var chain = Chain() with
        {
            Parts = [new ChainPart("sum", _folder.Write("sum.onnx", model.ToBytes()))],
            Links = [],
        };

        var report = Verify(chain, ConvertPrecision.F32);

        Assert.InRange(Assert.Single(report.Outputs).Error.MaxError, 0, 1e-2);
        Assert.True(report.Outputs[0].Error.SqnrDb > 80);
    }

    /// <summary>A decoder that makes four elements of each, and what goes on with its elements.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_whose_output_comes_faster_stands_anywhere_in_a_chain(bool goesOn)
    {
        var random = new Random(6);
        var up = new GraphBuilder();
        var x = up.Node("Transpose", [up.Input("x", 1, "time", 20)], ("perm", (long[])[0, 2, 1]));
        x = up.Node("ConvTranspose", [x, up.Node("Reshape", [Weights(up, random, 20, 3 * 8), up.Ints(20, 3, 8)])],
            ("strides", (long[])[4]), ("pads", (long[])[2, 2]));
        up.Output(up.Node("Transpose", [up.Node("Tanh", [x])], ("perm", (long[])[0, 2, 1])), "fast");
        var dense = new GraphBuilder();
        dense.Output(dense.Node("Tanh", [dense.Node("MatMul", [dense.Input("y", 1, "time", 3), Weights(dense, random, 3, 2)])]), "out");
        var chain = Chain() with
        {
            Parts = [new ChainPart("up", _folder.Write("up.onnx", up.ToBytes())),
                .. goesOn ? [new ChainPart("dense", _folder.Write("dense.onnx", dense.ToBytes()))] : Array.Empty<ChainPart>()],
            Links = [],
        };

        var report = Verify(chain, ConvertPrecision.F32);

        var output = Assert.Single(report.Outputs);
        Assert.InRange(output.Error.MaxError, 0, 1e-4);
        Assert.InRange(output.Error.Compared, 4 * (Samples / Chunk - 5), 4 * Samples / Chunk);
        using var model = Runtime.Sessions.Model.Load(_folder.File("p.eseq"));
        Assert.Equal([4, goesOn ? 2 : 3], model.Outputs[0].Shape);
    }

    [Fact]
    public void A_chain_without_its_models_says_which_is_missing()
    {
        var program = _folder.Write("p.eseq",
            ChainConverter.Convert(Chain(), new ConvertOptions { Precision = ConvertPrecision.F32 }).Program);

        var refused = Assert.Throws<EdgeSeqException>(() =>
            Verifier.Verify(new VerifySubject(), program, new VerifyOptions { Data = Recording(Chunk) }));

        Assert.Contains("dense.onnx", refused.Message);
        Assert.Contains("--models", refused.Hint);
    }

    [Fact]
    public void The_page_has_signal_features_outputs_and_decisions_on_one_axis()
    {
        var chain = Chain() with { Decide = "on=-1e9, off=-2e9, event=always" };

        var report = Verify(chain, ConvertPrecision.F32);

        var timeline = report.Timeline!;
        Assert.Equal(100.0, timeline.StepsPerSecond);
        Assert.Equal(["samples"], timeline.Inputs.Select(input => input.Name));
        Assert.Equal(["samples:features", "dense:dense"], timeline.Features.Select(picture => picture.Name));
        Assert.Equal(20, timeline.Features[0].Rows.Length);
        Assert.Equal("always", Assert.Single(timeline.Events).Name);
        var page = HtmlReport.Of(report);
        Assert.Contains("href=\"data:image/png;base64,", page);
        Assert.Contains("class=\"event\"", page);
    }

    /// <summary>20 bands, a dense layer of 8, a head over 4 of those.</summary>
    private ChainSpec Chain()
    {
        var random = new Random(4);
        var dense = new GraphBuilder();
        dense.Output(dense.Node("Tanh", [dense.Node("MatMul", [dense.Input("x", 1, 20), Weights(dense, random, 20, 8)])]), "dense");
        var head = new GraphBuilder();
        head.Output(head.Node("ReduceSum", [head.Input("w", 1, 4, 8), head.Ints(1, 2)], ("keepdims", 0L)), "score");
        return new ChainSpec([new("dense", _folder.Write("dense.onnx", dense.ToBytes())),
            new("head", _folder.Write("head.onnx", head.ToBytes()))])
        {
            FrontEnd = "log-mel(library=torchaudio, rate=8000, n_fft=256, win=200, hop=80, mels=20, center=false)",
            Chunk = Chunk,
            Links = ["samples -> dense", "dense -> head, window=4"],
        };
    }

    private static string Weights(GraphBuilder g, Random random, int rows, int columns) =>
        g.Constant(OnnxTensor.FromFloats([.. Enumerable.Range(0, rows * columns).Select(_ => (float)(random.NextDouble() - 0.5) / 20)],
            rows, columns));

    private VerifyReport Verify(ChainSpec chain, ConvertPrecision precision)
    {
        var program = _folder.Write("p.eseq", ChainConverter.Convert(chain, new ConvertOptions { Precision = precision }).Program);
        return Verifier.Verify(new VerifySubject { Models = [.. chain.Parts.Select(part => part.Source)] }, program,
            new VerifyOptions { Data = Recording(Chunk) });
    }

    private RecordingSet Recording(int chunk)
    {
        var random = new Random(3);
        float[] samples = [.. Enumerable.Range(0, Samples).Select(_ => (float)(random.NextDouble() - 0.5))];
        var path = Path.Combine(_folder.Path, $"samples{chunk}.npy");
        using (var writer = new NpyWriter(path, isFloat: true))
        {
            writer.Write(samples);
            writer.Complete([Samples / chunk, chunk]);
        }

        return new RecordingSet(path);
    }
}
