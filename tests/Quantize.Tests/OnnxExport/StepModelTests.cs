using CsCheck;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Quantize.OnnxExport;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Ops;

namespace EdgeSeq.Quantize.Tests.OnnxExport;

public sealed class StepModelTests
{
    public static TheoryData<string> BundledModels =>
    [
        .. new[] { "models/reference", "models/activity" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.onnx"))
            .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal),
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 25)];

    [Theory]
    [MemberData(nameof(BundledModels))]
    public void A_bundled_model_gives_the_same_in_onnx_runtime_step_by_step(string path) =>
        StepModelRun.Check(Path.Combine(Repository.Root, path), new ConvertOptions(), steps: 140);

    [SharedTheory]
    [InlineData("models/har_lstm_stateful.onnx")]
    [InlineData("models/har_lstm_qdq.onnx")]
    [InlineData("models/text_lstm.onnx")]
    [InlineData("real/dtln_1.onnx")]
    public void A_shared_model_gives_the_same_in_onnx_runtime_step_by_step(string name)
    {
        StepModelRun.Check(Shared.Path(name), new ConvertOptions(), steps: 60);
    }

    [SharedFact]
    public void A_published_step_model_gives_the_same_in_onnx_runtime_step_by_step()
    {
        StepModelRun.Check(Shared.Path("real/silero_vad_16k_op15.onnx"),
            new ConvertOptions { Set = new Dictionary<string, string> { ["sr"] = "16000" } }, steps: 40);
    }

    [Theory]
    [InlineData("har_attn")]
    [InlineData("har_attn_mha")]
    public void Attention_that_forgets_gives_the_same_in_onnx_runtime_step_by_step(string name) => StepModelRun.Check(
        Path.Combine(Repository.Root, $"models/reference/{name}.onnx"),
        new ConvertOptions { MaxContext = 20, Positions = PositionPolicy.Wrap }, steps: 70);

    [SharedFact]
    public void A_shared_window_gives_the_same_in_onnx_runtime_step_by_step()
    {
        StepModelRun.Check(Shared.Path("models/har_bilstm.onnx"), new ConvertOptions { Mode = ConvertMode.Window, Window = 128, Hop = 32 },
            steps: 200);
    }

    [Fact]
    public void A_window_runs_at_its_steps_only()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.onnx", RandomGraph.Of([7, 0, 4], ending: 1).ToBytes());
        StepModelRun.Check(path, new ConvertOptions { Mode = ConvertMode.Window, Window = 12, Hop = 5 }, steps: 40);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_window_that_keeps_columns_gives_the_same_in_onnx_runtime_step_by_step(int seed)
    {
        var recipes = Gen.Select(Gen.Int[0, 1_000_000].Array[1, 4], Gen.Int[0, 1000], Gen.Int[1, 5]);
        recipes.Sample((recipe, ending, hop) =>
        {
            using var folder = new TemporaryFolder();
            StepModelRun.Check(folder.Write("model.onnx", RandomWindowGraph.Of(recipe, ending).ToBytes()),
                new ConvertOptions { Mode = ConvertMode.Window, Window = 32, Hop = hop }, steps: 50);
        }, seed: new PCG(4, (ulong)seed).ToString(), iter: 1, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_causal_graph_gives_the_same_in_onnx_runtime_step_by_step(int seed)
    {
        var recipes = Gen.Select(Gen.Int[0, 1_000_000].Array[1, 8], Gen.Int[0, 3]);
        recipes.Sample((recipe, ending) =>
        {
            using var folder = new TemporaryFolder();
            StepModelRun.Check(folder.Write("model.onnx", RandomGraph.Of(recipe, ending).ToBytes()), new ConvertOptions(), steps: 36);
        }, seed: new PCG(2, (ulong)seed).ToString(), iter: 1, threads: 1);
    }

    [Fact]
    public void Every_step_op_has_a_rule() => Assert.Equal(OpRegistry.Names, EmissionTable.Default.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void States_are_named_after_their_nodes_and_start_from_their_initial_values()
    {
        var g = new GraphBuilder();
        g.Output(g.Lstm(g.Input("x", 1, "time", 3), 3, 4));
        using var folder = new TemporaryFolder();
        var result = Converter.Convert(folder.Write("model.onnx", g.ToBytes()), new ConvertOptions());

        var model = ModelProto.Parser.ParseFrom(result.ToStepModel("lstm"));

        var node = result.Nodes.Single(each => each.OpType == "LSTM").Name;
        Assert.Equal(["x", $"{node}.h_in", $"{node}.c_in"], model.Graph.Input.Select(input => input.Name));
        Assert.Equal([$"{node}.h_out", $"{node}.c_out"], model.Graph.Output.Skip(1).Select(output => output.Name));
        Assert.Contains(model.Graph.Initializer, initial => initial.Name == $"{node}.h_in");
        Assert.Contains(model.MetadataProps, pair => pair.Key == $"edgeseq.state.{node}.h" && pair.Value == $"{node}.h_in <- {node}.h_out");
    }
}
