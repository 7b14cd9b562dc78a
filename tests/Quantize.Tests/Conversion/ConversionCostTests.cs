using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Conversion;

/// <summary>What a conversion takes is known before it is taken.</summary>
public sealed class ConversionCostTests : IDisposable
{
    private const int Features = 8;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_small_model_is_not_worth_a_word()
    {
        var cost = Foreseen(Dense(Features), new ConvertOptions());
        Assert.False(cost.IsLarge);
        Assert.InRange(cost.Seconds, 1, 5);
    }

    [Fact]
    public void More_weights_take_more_memory_and_int8_more_time()
    {
        var (small, large) = (Foreseen(Dense(Features), new ConvertOptions()), Foreseen(Dense(1000), new ConvertOptions()));
        var f32 = Foreseen(Dense(1000), new ConvertOptions { Precision = ConvertPrecision.F32 });
        Assert.True(large.Bytes > small.Bytes + 1000 * Features * 8);
        Assert.True(large.Seconds > f32.Seconds);
    }

    [Fact]
    public void A_long_window_is_foreseen()
    {
        var g = new GraphBuilder();
        var y = g.Node("LSTM", [g.Input("x", "time", 1, Features), g.Weights([2, 256, Features]), g.Weights([2, 256, 64])], 3,
            ("hidden_size", 64L), ("direction", "bidirectional"))[1];
        ConvertOptions Window(int size) => new() { Mode = ConvertMode.Window, Window = size, Hop = size };
        g.Output(y);
        Assert.True(Foreseen(g, Window(40)).Seconds > Foreseen(g, Window(10)).Seconds);
    }

    [Theory]
    [InlineData(0.5, null, "0 s")]
    [InlineData(600, 1e6, "1 MB of memory")]
    public void Too_much_is_refused_before_it_is_spent(double seconds, double? bytes, string limit)
    {
        var path = _folder.Write("model.onnx", Dense(Features).ToBytes());
        var told = new List<ConversionCost>();
        var refused = Assert.Throws<EdgeSeqException>(() => Converter.Convert(path,
            new ConvertOptions { MaxSeconds = seconds, MaxMemoryBytes = bytes, Foreseen = told.Add }));
        Assert.Equal(ErrorCodes.OnnxTooLarge, refused.Code);
        Assert.Contains(limit, refused.Message, StringComparison.Ordinal);
        Assert.Contains("--max-memory", refused.Hint, StringComparison.Ordinal);
        Assert.Single(told);
    }

    [Fact]
    public void A_loop_that_was_written_out_has_its_weights_once()
    {
        var g = new GraphBuilder();
        var x = g.Input("x", 1, 12, Features);
        string input = g.Weights([Features, Features]), state = g.Weights([Features, Features]), h = "";
        for (var t = 0; t < 12; t++)
        {
            var element = g.Node("Squeeze", [g.Node("Slice", [x, g.Ints(t), g.Ints(t + 1), g.Ints(1)]), g.Ints(1)]);
            var sum = g.Node("MatMul", [element, input]);
            h = g.Node("Sin", [h.Length == 0 ? sum : g.Node("Add", [sum, g.Node("MatMul", [h, state])])]);
        }

        var result = Converter.Convert(_folder.Write("model.onnx", g.Output(h).ToBytes()),
            new ConvertOptions { Mode = ConvertMode.Window, Window = 12, Hop = 12 });
        var weights = result.Steps.Nodes.Where(node => node.Op == "Linear").Select(node => node.In("W")).Distinct();
        Assert.Equal(2, weights.Count());
    }

    private static GraphBuilder Dense(int outputs)
    {
        var g = new GraphBuilder();
        return g.Output(g.Node("Tanh", [g.Node("MatMul", [g.Input("x", 1, "time", Features), g.Weights([Features, outputs])])]));
    }

    private ConversionCost Foreseen(GraphBuilder model, ConvertOptions options)
    {
        ConversionCost? foreseen = null;
        Converter.Convert(_folder.Write("model.onnx", model.ToBytes()), options with { Foreseen = cost => foreseen = cost });
        return Assert.IsType<ConversionCost>(foreseen);
    }
}
