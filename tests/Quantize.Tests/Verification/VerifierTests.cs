using System.Globalization;
using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Quantize.Verification;
using EdgeSeq.Quantize.Verification.Report;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Verification;

/// <summary>Whole verifications of small models: an LSTM (3 → 16) and a product with 4 classes.</summary>
public sealed class VerifierTests : IDisposable
{
    private const int Recordings = 3, Steps = 40, Channels = 3, Hidden = 16, Classes = 4;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_f32_program_is_the_model()
    {
        var report = Verify(PerStep(), new ConvertOptions { Precision = ConvertPrecision.F32 });

        var output = Assert.Single(report.Outputs);
        Assert.True(output.Error.MaxError < 1e-5);
        Assert.Equal(0, output.AgainstF32.MaxError);
        Assert.Equal(0, report.Int8MacShare);
        Assert.Null(report.FirstDivergingNode);
    }

    [Theory]
    [InlineData("Erfc")]
    [InlineData("ai.onnx.ml::ZipMap")]
    public void A_file_that_onnx_runtime_does_not_run_as_it_is_is_compared_as_it_is_read(string op)
    {
        var g = new GraphBuilder().Domain("ai.onnx.ml", 2);
        var scores = g.Node("Softmax", [Lstm(g, g.Input("x", "time", 1, Channels))[0]]);
        g.Output(op == "Erfc" ? g.Node(op, [scores]) : g.Node(op, [scores], ("classlabels_strings", (string[])["no", "yes"])), "y");

        var report = Verify(g, new ConvertOptions { Precision = ConvertPrecision.F32 });

        Assert.True(Assert.Single(report.Outputs).Error.MaxError < 1e-5);
    }

    [Fact]
    public void An_output_a_step_is_compared_at_every_step()
    {
        var report = Verify(PerStep(), new ConvertOptions());

        var output = Assert.Single(report.Outputs);
        Assert.Equal(Recordings * Steps, output.Error.Compared);
        Assert.Equal(output.AgainstF32.Compared, output.Error.Compared);
        Assert.True(output.Error.MaxError > 1e-5, "int8 differs");
        Assert.Equal(output.AgainstF32.MaxError, output.Error.MaxError, 4);
        Assert.Equal(1, report.Int8MacShare);
    }

    [Fact]
    public void An_output_once_a_recording_is_compared_after_every_prefix_of_short_recordings()
    {
        var report = Verify(LastStep(), new ConvertOptions());

        Assert.Equal(Recordings * Steps, Assert.Single(report.Outputs).Error.Compared);
        Assert.True(report.Outputs[0].F32.MaxError < 1e-5);
    }

    [Fact]
    public void A_long_recording_is_one_stream_to_the_programs_and_its_first_steps_go_to_the_model()
    {
        const int Long = 70_000, Piece = 1 << 15;
        var random = new Random(2);
        float[] values = [.. Enumerable.Range(0, Long * Channels).Select(_ => (float)(random.NextDouble() * 4 - 2))];
        var data = new RecordingSet(Write("long.npy", writer => writer.Write(values), isFloat: true, Long, Channels));

        var report = Verify(PerStep(), new ConvertOptions(), options => options with { Data = data });

        Assert.Equal((1, Long), (report.Recordings, report.Steps));
        Assert.Equal((Piece, Long), (report.Outputs[0].Error.Compared, report.Outputs[0].AgainstF32.Compared));
        Assert.Equal(Long, report.Outputs[0].OverTime.Sum(part => part.Compared));
        Assert.All(report.Outputs[0].OverTime, part => Assert.InRange(part.RmsError, 0, 2 * report.Outputs[0].OverTime[0].RmsError));
    }

    [Fact]
    public void A_model_of_one_length_is_compared_after_that_length()
    {
        var report = Verify(LastStep(Steps - 10), new ConvertOptions { Precision = ConvertPrecision.F32 });

        Assert.Equal(Recordings, Assert.Single(report.Outputs).Error.Compared);
        Assert.True(report.Outputs[0].Error.MaxError < 1e-5);
    }

    [Fact]
    public void Recordings_shorter_than_the_only_length_of_a_model_are_refused()
    {
        var error = Assert.Throws<EdgeSeqException>(() => Verify(LastStep(Steps + 1), new ConvertOptions()));

        Assert.Equal(ErrorCodes.RecordingShape, error.Code);
        Assert.Contains("takes exactly 41 steps", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_window_is_compared_whenever_it_is_run()
    {
        var report = Verify(LastStep(), new ConvertOptions { Mode = ConvertMode.Window, Window = 10, Hop = 5 });

        Assert.Equal(Recordings * 7, Assert.Single(report.Outputs).Error.Compared);
        Assert.True(report.Outputs[0].F32.MaxError < 1e-5);
    }

    [Fact]
    public void A_step_graph_is_compared_with_its_states_fed_back()
    {
        var report = Verify(StepGraph(), new ConvertOptions());

        Assert.Equal("step", report.Mode);
        Assert.Equal(Recordings * Steps, Assert.Single(report.Outputs).Error.Compared);
        Assert.True(report.Outputs[0].F32.MaxError < 1e-5);
    }

    [Fact]
    public void A_wrong_pair_of_states_is_an_error()
    {
        var wrong = new ConvertOptions { Precision = ConvertPrecision.F32, States = [("h", "cn"), ("c", "hn")] };

        var report = Verify(StepGraph(), wrong, options => options with { MinSqnr = 40 });

        Assert.Contains("SQNR", Assert.Single(report.Failures), StringComparison.Ordinal);
        Assert.True(Assert.Single(report.Outputs).F32.MaxError > 0.01);
    }

    [Fact]
    public void Normalisation_of_the_conversion_applies_to_the_reference_too()
    {
        var report = Verify(PerStep(), new ConvertOptions { Normalize = new NormalizeStats([0.5f, -1, 2], [2, 0.5f, 3]) });

        Assert.True(report.Outputs[0].F32.MaxError < 1e-5);
    }

    [Fact]
    public void Labels_of_recordings_score_their_last_outputs()
    {
        var labels = Write("labels.npy", writer => writer.Write([1L, 2, 3]), isFloat: false, Recordings);

        var report = Verify(PerStep(), new ConvertOptions(), options => options with { Labels = labels });

        var accuracy = Assert.Single(report.Outputs).Accuracy!;
        Assert.Equal((3, 3, 3), (accuracy.Onnx.All, accuracy.F32.All, accuracy.Int8.All));
        Assert.Equal(accuracy.F32.Right, accuracy.Onnx.Right);
        Assert.Equal(Recordings, report.Outputs[0].Confusion!.Sum(row => row.Sum()));
    }

    [Fact]
    public void Thresholds_that_hold_are_silent_and_others_say_so()
    {
        var report = Verify(PerStep(), new ConvertOptions(), options => options with { MaxError = 1, MinSqnr = 200, MinAgreement = 0.5 });

        Assert.Contains("SQNR", Assert.Single(report.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_labels_a_loss_is_the_share_of_decisions_that_differ()
    {
        var report = Verify(PerStep(), new ConvertOptions(), options => options with { MaxLoss = 0 });

        var output = Assert.Single(report.Outputs);
        Assert.Equal(1 - output.Error.Agreement!.Value, output.Loss);
        Assert.Equal(output.Loss > 0 ? 1 : 0, report.Failures.Count);
    }

    [Fact]
    public void A_float_node_lowers_the_int8_share()
    {
        var model = PerStep();
        var lstm = model.Build().Nodes.First(node => node.OpType == "LSTM").Name;

        var report = Verify(model, new ConvertOptions { FloatNodes = [lstm] });

        const double LstmMacs = 4.0 * Hidden * (Channels + Hidden), OutputMacs = Hidden * Classes;
        Assert.Equal(OutputMacs / (LstmMacs + OutputMacs), report.Int8MacShare, 6);
    }

    [Fact]
    public void A_program_of_another_model_is_refused()
    {
        var other = _folder.Write("other.onnx", PerStep("signal").ToBytes());
        var program = Convert(PerStep(), new ConvertOptions());

        Assert.Throws<EdgeSeqException>(() => Verifier.Verify(other, program, new VerifyOptions { Data = Data() }));
    }

    [Fact]
    public void What_int8_matrices_multiply_is_counted_in_every_step()
    {
        var report = Verify(PerStep(), new ConvertOptions());

        var lstm = Assert.Single(report.Nodes, node => node.Op == "LSTM");
        Assert.Equal([false, true], lstm.Inputs.Select(input => input.IsState));
        Assert.Equal([Recordings * Steps * Channels, Recordings * Steps * Hidden], lstm.Inputs.Select(input => input.Values.Count));
        Assert.Equal((Values().Min(), Values().Max()), (lstm.Inputs[0].Values.Least, lstm.Inputs[0].Values.Largest));
        Assert.InRange(lstm.Inputs[1].Values.Largest, 0.01f, 1f);
        var product = Assert.Single(report.Nodes, node => node.Op == "Linear");
        Assert.Equal(lstm.Inputs[1].Values.Bins.ToArray(), Assert.Single(product.Inputs).Values.Bins.ToArray());
    }

    [Fact]
    public void A_float_node_has_no_histograms()
    {
        var report = Verify(PerStep(), new ConvertOptions { Precision = ConvertPrecision.F32 });

        Assert.All(report.Nodes, node => Assert.True(node.Inputs.Count == 0 && node.CodeCounts.Length == 0));
        Assert.DoesNotContain("Weights of", HtmlReport.Of(report), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_has_a_plot_of_the_weights_and_of_each_input_of_an_int8_node()
    {
        var report = Verify(PerStep(), new ConvertOptions());

        var page = HtmlReport.Of(report);

        string lstm = report.Nodes.Single(node => node.Op == "LSTM").Name, product = report.Nodes.Single(node => node.Op == "Linear").Name;
        foreach (var title in new[] { $"Weights of {lstm}", $"Input of {lstm}", $"State of {lstm}", $"Weights of {product}",
            $"Input of {product}" })
        {
            Assert.Contains($"<figcaption>{title}</figcaption><svg", page, StringComparison.Ordinal);
        }

        Assert.DoesNotContain($"State of {product}", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_has_error_over_time_bars_of_nodes_sizes_and_shares()
    {
        var report = Verify(PerStep(), new ConvertOptions());

        var page = HtmlReport.Of(report);

        foreach (var title in new[] { "Error over time", "Signal over quantisation error of each node" })
            Assert.Contains($"<figcaption>{title}</figcaption><svg", page, StringComparison.Ordinal);
        foreach (var axis in new[] { "step of the recording", "rms error", "SQNR, dB", "int8 code", "values" })
            Assert.Contains($"\"middle\">{axis}</text>", page, StringComparison.Ordinal);
        Assert.Contains(Grouped(report.Sizes.ProgramWeights), page, StringComparison.Ordinal);
        Assert.Contains(Grouped(report.Sizes.F32Weights), page, StringComparison.Ordinal);
        Assert.Contains("<dt>multiplications in int8</dt><dd>100.0 %", page, StringComparison.Ordinal);
        Assert.Contains("<dt>first diverging node</dt><dd>none", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Confusion", page, StringComparison.Ordinal);
    }

    [Fact]
    public void With_labels_the_page_has_a_confusion_matrix_and_accuracies_with_their_intervals()
    {
        var labels = Write("y.npy", writer => writer.Write([0L, 1, 3]), isFloat: false, Recordings);

        var page = HtmlReport.Of(Verify(LastStep(), new ConvertOptions(), options => options with { Labels = labels }));

        Assert.Contains("95 % confidence interval", page, StringComparison.Ordinal);
        foreach (var source in new[] { "ONNX Runtime", "float program", "program" })
            Assert.Matches($"<td>{source}</td><td>[0-3]</td><td>3</td><td>[0-9.]+ %</td><td>[0-9.]+ % to [0-9.]+ %</td>", page);
        Assert.Contains("<th>0</th><th>1</th><th>2</th><th>3</th><th>right</th>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_names_the_first_diverging_node()
    {
        var report = Verify(PerStep(), new ConvertOptions());
        var diverging = report with { Nodes = [.. report.Nodes.Select(node => node with { SqnrDb = 29.9 })] };

        var page = HtmlReport.Of(diverging);

        Assert.Contains($"<dt>first diverging node</dt><dd>{report.Nodes[0].Name}<", page, StringComparison.Ordinal);
        Assert.Contains("bar warns", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_needs_nothing_beside_it()
    {
        var page = HtmlReport.Of(Verify(PerStep(), new ConvertOptions()));

        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    /// <summary>x [time, 1, 3] → scores [time, 1, 4].</summary>
    private static GraphBuilder PerStep(string input = "x")
    {
        var g = new GraphBuilder();
        var y = Lstm(g, g.Input(input, "time", 1, Channels))[0];
        return g.Output(g.Node("MatMul", [g.Node("Squeeze", [y, g.Ints(1)]), g.Weights([Hidden, Classes])]), "scores");
    }

    /// <summary>x [time, 1, 3] → scores [1, 1, 4] of the last step.</summary>
    private static GraphBuilder LastStep(OnnxDimension? time = null)
    {
        var g = new GraphBuilder();
        var h = Lstm(g, g.Input("x", time ?? "time", 1, Channels))[1];
        return g.Output(g.Node("MatMul", [h, g.Weights([Hidden, Classes])]), "scores");
    }

    /// <summary>x [1, 1, 3], h, c [1, 1, 16] → scores [1, 1, 4], hn, cn.</summary>
    private static GraphBuilder StepGraph()
    {
        var g = new GraphBuilder();
        var outputs = Lstm(g, g.Input("x", 1, 1, Channels), g.Input("h", 1, 1, Hidden), g.Input("c", 1, 1, Hidden));
        g.Output(g.Node("MatMul", [outputs[1], g.Weights([Hidden, Classes])]), "scores").Output(outputs[1], "hn").Output(outputs[2], "cn");

        // States are paired by their declared types.
        for (var i = 1; i <= 2; i++)
            g.Build().Outputs[i] = g.Build().Outputs[i] with { ElementType = OnnxElementType.Float32, Dims = [1, 1, Hidden] };
        return g;
    }

    private static string[] Lstm(GraphBuilder g, string x, params string[] states) => g.Node(
        "LSTM",
        [x, g.Weights([1, 4 * Hidden, Channels]), g.Weights([1, 4 * Hidden, Hidden]), g.Weights([1, 8 * Hidden]), .. states.Length > 0
            ? ["", .. states] : states],
        3,
        ("hidden_size", Hidden));

    private VerifyReport Verify(GraphBuilder model, ConvertOptions options, Func<VerifyOptions, VerifyOptions>? change = null)
    {
        var program = Convert(model, options);
        var verify = new VerifyOptions { Data = Data() };
        return Verifier.Verify(_folder.File("model.onnx"), program, change is null ? verify : change(verify));
    }

    /// <summary>Without recordings and a goal all that can be is int8.</summary>
    private string Convert(GraphBuilder model, ConvertOptions options) => _folder.Write("model.eseq",
        Converter.Convert(_folder.Write("model.onnx", model.ToBytes()),
            options.Calibrate is null ? options with { MinSqnrDb = options.MinSqnrDb ?? 0 } : options).Program);

    private RecordingSet Data() => new(Write("data.npy", writer => writer.Write(Values()), isFloat: true, Recordings, Steps, Channels));

    private static float[] Values()
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, Recordings * Steps * Channels).Select(_ => (float)(random.NextDouble() * 4 - 2))];
    }

    private static string Grouped(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture);

    private string Write(string name, Action<NpyWriter> content, bool isFloat, params long[] shape)
    {
        using var writer = new NpyWriter(_folder.File(name), isFloat);
        content(writer);
        writer.Complete(shape);
        return _folder.File(name);
    }
}
