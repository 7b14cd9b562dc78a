using System.Globalization;
using CsCheck;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Conversion.Chains;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Windows that compute only what the one before did not have.</summary>
public sealed class WindowReuseTests
{
    private readonly GraphBuilder _g = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Windows_of_a_random_graph_are_as_onnx_runtime_sees_each(int seed)
    {
        var recipes = Gen.Select(Gen.Int[0, 1_000_000].Array[1, 8], Gen.Int[0, 4], Gen.Int[1, 9]);
        recipes.Sample((recipe, ending, hop) => Streamed.CheckWindows(RandomGraph.Of(recipe, ending), window: 36, hop, steps: 60),
            seed: new PCG(2, (ulong)seed).ToString(), iter: 1, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Windows_of_a_random_window_model_are_as_onnx_runtime_sees_each(int seed) => Sample(seed, (recipe, ending, hop) =>
        Streamed.CheckWindows(RandomWindowGraph.Of(recipe, ending), window: 48, hop, steps: 80));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Kept_columns_give_the_bits_of_whole_windows(int seed) => Sample(seed, (recipe, ending, hop) =>
    {
        var graph = RandomWindowGraph.Of(recipe, ending);
        WholeWindows.RequireSame(graph, window: 48, hop, ConvertPrecision.F32);
        WholeWindows.RequireSame(graph, window: 48, hop, ConvertPrecision.Int8);
    });

    [Theory]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(8, 1)]
    [InlineData(6, 1)]
    public void Valid_convolutions_and_pools_compute_new_columns_only(int hop, int pooled)
    {
        var graph = Stack(pooled);

        Streamed.CheckWindows(graph, window: 30, hop, steps: 60);
        Assert.Equal([hop, hop, hop / pooled, hop / pooled], NewColumns(graph, 30, hop)["Conv", "Relu", "MaxPool"]);
    }

    [Fact]
    public void Behind_a_stride_that_does_not_divide_the_hop_windows_repeat_in_turns()
    {
        var graph = Stack(pooled: 2);

        Streamed.CheckWindows(graph, window: 30, hop: 3, steps: 60);
        Assert.Equal([3, 3, 3, 3], NewColumns(graph, 30, 3)["Conv", "Relu", "MaxPool"]);
        Streamed.CheckWindows(graph, window: 30, hop: 1, steps: 60);
        Assert.Equal([1, 1, 1, 1], NewColumns(graph, 30, 1)["Conv", "Relu", "MaxPool"]);
    }

    [Fact]
    public void Padded_convolutions_compute_their_borders_and_what_is_new()
    {
        var graph = _g.Output(_g.Node("ReduceMax", [Padded(1, 2)], ("axes", (long[])[2])));

        WholeWindows.RequireSame(graph, window: 40, hop: 5, ConvertPrecision.F32);
        // 2 and 2 columns at the borders, then as many again for the second convolution.
        Assert.Equal([5 + 2, 5 + 2, 5 + 6], NewColumns(graph, 40, 5)["Conv", "Relu"]);
    }

    [Fact]
    public void Columns_that_look_beyond_the_begin_are_not_computed_where_nobody_takes_them()
    {
        var graph = _g.Output(_g.Node("Gather", [Padded(1, 2), _g.Constant(OnnxTensor.Scalar(-1L))], ("axis", 2L)));

        WholeWindows.RequireSame(graph, window: 40, hop: 5, ConvertPrecision.F32);
        Assert.Equal([5 + 1, 5 + 1, 5 + 3], NewColumns(graph, 40, 5)["Conv", "Relu"]);
    }

    [Fact]
    public void A_convolution_that_is_mostly_border_is_computed_whole()
    {
        var graph = _g.Output(_g.Node("ReduceMax", [Padded(1, 7)], ("axes", (long[])[2])));

        WholeWindows.RequireSame(graph, window: 40, hop: 5, ConvertPrecision.F32);
        Assert.Equal([5 + 2, 5 + 2], NewColumns(graph, 40, 5)["Conv", "Relu"]);
        Assert.Contains(Nodes(graph, 40, 5), node => node.Became.EndsWith("16 of 40 columns look beyond the window: it is computed whole",
            StringComparison.Ordinal));
    }

    [Fact]
    public void Padding_that_is_cropped_off_again_is_left_out()
    {
        var x = _g.Transpose(_g.Input("x", 1, "time", 3), 0, 2, 1);
        x = _g.Slice(_g.Conv(x, 3, 4, 3, 4, 4, dilation: 2), 2, 0, -4);
        var graph = _g.Output(_g.Node("Gather", [x, _g.Constant(OnnxTensor.Scalar(-1L))], ("axis", 2L)));

        WholeWindows.RequireSame(graph, window: 24, hop: 2, ConvertPrecision.F32);
        Assert.Equal([2], NewColumns(graph, 24, 2)["Conv"]);
    }

    [Theory]
    [InlineData("LSTM", 4, ConvertPrecision.F32)]
    [InlineData("LSTM", 4, ConvertPrecision.Int8)]
    [InlineData("GRU", 3, ConvertPrecision.F32)]
    [InlineData("GRU", 3, ConvertPrecision.Int8)]
    [InlineData("RNN", 1, ConvertPrecision.Int8)]
    public void Products_of_a_recurrent_layers_input_are_kept(string op, int gates, ConvertPrecision precision)
    {
        var graph = Recurrent(op, gates);

        WholeWindows.RequireSame(graph, window: 32, hop: 4, precision);
        WholeWindows.RequireSame(graph, window: 32, hop: 1, precision);
        Assert.Contains(Nodes(graph, 32, 4), node => node.OpType == op && node.Became.EndsWith(
            "of its input's products 4 of 32 columns are new in each window; its states start with it", StringComparison.Ordinal));
    }

    [Fact]
    public void A_session_that_is_reset_or_restored_goes_on_with_the_same_bits()
    {
        var graph = _g.Output(_g.Lstm(_g.Transpose(Padded(2, 2), 0, 2, 1), 4, 5));
        using var folder = new TemporaryFolder();
        using var model = WholeWindows.Load(Converter.Convert(folder.Write("m.onnx", graph.ToBytes()),
            new ConvertOptions { Mode = ConvertMode.Window, Window = 40, Hop = 3 }).Program);
        var elements = WholeWindows.Elements(100, 3);
        var expected = WholeWindows.Run(model, elements, 0);
        using var session = model.CreateSession();
        WholeWindows.Run(session, elements[..53]);
        session.Reset();

        var given = WholeWindows.Run(session, elements[..64]);
        using var saved = new MemoryStream();
        session.Save(saved);
        saved.Position = 0;
        using var other = model.CreateSession();
        other.Restore(saved);
        given.AddRange(WholeWindows.Run(other, elements[64..]));

        Assert.Equal(expected, given);
    }

    [Fact]
    public void Projections_of_attention_are_kept_and_scores_are_not()
    {
        var x = _g.Input("x", 1, "time", 6);
        string Head() => _g.Unsqueeze(_g.Linear(x, 6, 6), 1);
        var graph = _g.Output(_g.Node("ReduceMean", [_g.Attend(Head(), Head(), Head(), 6, scores => scores)], ("axes", (long[])[2])));

        Streamed.CheckWindows(graph, window: 16, hop: 2, steps: 30);
        Assert.Equal([2, 2, 2], NewColumns(graph, 16, 2)["MatMul"]);
    }

    [Fact]
    public void What_adds_positions_is_computed_whole()
    {
        var x = _g.Node("Add", [_g.Input("x", 1, "time", 6), _g.Weights([1, 16, 6])]);
        var graph = _g.Output(_g.Node("ReduceMean", [_g.Linear(x, 6, 4)], ("axes", (long[])[1])));

        Streamed.CheckWindows(graph, window: 16, hop: 2, steps: 30);
        Assert.Empty(NewColumns(graph, 16, 2)["MatMul", "Add"]);
    }

    [Fact]
    public void What_is_infinite_of_zeros_is_computed_whole()
    {
        var x = _g.Node("Log", [_g.Node("Abs", [_g.Input("x", 1, "time", 6)])]);
        var graph = _g.Output(_g.Node("ReduceMean", [_g.Node("Softmax", [_g.Conv(_g.Transpose(x, 0, 2, 1), 6, 4, 3)], ("axis", 1L))],
            ("axes", (long[])[2])));

        Streamed.CheckWindows(graph, window: 16, hop: 2, steps: 30);
        Assert.Empty(NewColumns(graph, 16, 2)["Conv"]);
    }

    [Fact]
    public void Frames_cut_out_of_time_are_columns_of_their_own()
    {
        var frames = _g.Node("Reshape", [_g.Input("x", 1, "time", 2), _g.Ints(1, 6, 8)]);
        var graph = _g.Output(_g.Node("ReduceMax", [_g.Linear(frames, 8, 3)], ("axes", (long[])[1])));

        Streamed.CheckWindows(graph, window: 24, hop: 8, steps: 60);
        Assert.Equal([2], NewColumns(graph, 24, 8)["MatMul"]);
    }

    [Fact]
    public void A_fixed_length_that_ends_in_one_value_runs_as_often_as_all_of_it_is_new()
    {
        var x = _g.Node("Conv", [_g.Input("x", 1, 3, 16), _g.Weights([4, 3, 2])], ("strides", (long[])[2]));
        x = _g.Node("Relu", [_g.Node("Conv", [x, _g.Weights([5, 4, 8])])]);
        using var folder = new TemporaryFolder();
        var file = folder.Write("m.onnx", _g.Output(_g.Node("Reshape", [x, _g.Ints(1, 5)])).ToBytes());

        var result = Converter.Convert(file, new ConvertOptions { Precision = ConvertPrecision.F32 });

        Assert.Equal((2, 15), (result.Steps.Outputs[0].Clock.Rate, result.Steps.Outputs[0].Clock.Offset));
        Assert.Contains(result.Choices, choice => choice is { About: "window", Chosen: "16 inputs, every 2 steps" });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_link_with_windows_computes_new_columns_only_and_gives_the_same(int together)
    {
        using var folder = new TemporaryFolder();
        var first = new GraphBuilder();
        first.Output(first.Node("Neg", [first.Input("x", 1, together, 2)]), "y");
        var taken = new GraphBuilder();
        var window = taken.Input("w", 1, 18, 2);
        var convolved = taken.Node("Relu", [taken.Conv(taken.Transpose(window, 0, 2, 1), 2, 3, 5)]);
        taken.Output(taken.Node("Reshape", [convolved, taken.Ints(1, 42)]), "z");
        ChainSpec Chain(int hop) => new([new("a", folder.Write("a.onnx", first.ToBytes())),
            new("b", folder.Write("b.onnx", taken.ToBytes()))])
        {
            Links = [$"a:y -> b:w, window=18, hop={hop}"],
        };

        var kept = Run(Chain(4), together);
        var whole = Run(Chain(12), together);

        Assert.True(kept.Count > whole.Count);
        Assert.Equal(whole, kept.Where((_, i) => i % 3 == 0));
    }

    private static void Sample(int seed, Action<int[], int, int> check) =>
        Gen.Select(Gen.Int[0, 1_000_000].Array[1, 6], Gen.Int[0, 1000], Gen.Int[1, 9]).Sample(
            (recipe, ending, hop) => check(recipe, ending, hop), seed: new PCG(3, (ulong)seed).ToString(), iter: 1, threads: 1);

    private GraphBuilder Stack(int pooled)
    {
        var x = _g.Node("Relu", [_g.Conv(_g.Transpose(_g.Input("x", 1, "time", 3), 0, 2, 1), 3, 4, 3)]);
        x = _g.Node("MaxPool", [x], ("kernel_shape", (long[])[2]), ("strides", (long[])[pooled]));
        x = _g.Conv(x, 4, 5, 2, dilation: 2);
        return _g.Output(_g.Node("Softmax", [_g.Node("ReduceMax", [x], ("axes", (long[])[2]), ("keepdims", 0L))]));
    }

    /// <summary>Two convolutions with padding on both sides, as far as they look.</summary>
    private string Padded(int first, int second)
    {
        var x = _g.Transpose(_g.Input("x", 1, "time", 3), 0, 2, 1);
        x = _g.Node("Relu", [_g.Conv(x, 3, 4, 2 * first + 1, first, first)]);
        return _g.Conv(x, 4, 4, 2 * second + 1, second, second);
    }

    private GraphBuilder Recurrent(string op, int gates)
    {
        const int Hidden = 20;
        var y = _g.Node(op, [_g.Transpose(_g.Input("x", 1, "time", 6), 1, 0, 2), _g.Weights([2, gates * Hidden, 6]),
            _g.Weights([2, gates * Hidden, Hidden], 0.2f), _g.Weights([2, 2 * gates * Hidden])], op == "LSTM" ? 3 : 2,
            ("hidden_size", (long)Hidden), ("direction", "bidirectional"))[0];
        return _g.Output(_g.Node("ReduceMean", [y], ("axes", (long[])[0])));
    }

    private static IReadOnlyList<NodeReport> Nodes(GraphBuilder graph, int window, int hop)
    {
        using var folder = new TemporaryFolder();
        return Converter.Convert(folder.Write("m.onnx", graph.ToBytes()),
            new ConvertOptions { Precision = ConvertPrecision.F32, Mode = ConvertMode.Window, Window = window, Hop = hop }).Nodes;
    }

    private static ColumnCounts NewColumns(GraphBuilder graph, int window, int hop)
    {
        return new ColumnCounts([.. Nodes(graph, window, hop)
            .Where(node => node.Became.Contains(" columns are new", StringComparison.Ordinal))
            .Select(node => (node.OpType, int.Parse(node.Became.Split("; ")[^1].Split(' ')[0], CultureInfo.InvariantCulture)))]);
    }

    private static List<float[]> Run(ChainSpec chain, int together)
    {
        var program = ChainConverter.Convert(chain, new ConvertOptions { Precision = ConvertPrecision.F32 }).Program;
        using var model = Model.Load(program, "chain");
        using var session = model.CreateSession();
        var random = new Random(1);
        var given = new List<float[]>();
        for (var t = 0; t < 72 / together; t++)
        {
            foreach (ref var value in session.Input(0))
                value = (float)random.NextDouble();

            session.Step();
            if (session.IsReady(0))
                given.Add(session.Output(0).ToArray());
        }

        return given;
    }

    /// <summary>New columns of nodes, in order.</summary>
    private sealed class ColumnCounts(List<(string OpType, int New)> counts)
    {
        public int[] this[params string[] ops] => [.. counts.Where(count => ops.Contains(count.OpType)).Select(count => count.New)];
    }
}
