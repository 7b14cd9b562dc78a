using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Attention of queries that see no key at all: zeros where the keys are hidden by infinities or truth values, as the newest
/// operator set says; what the softmax makes of it where they are hidden by a number.</summary>
public sealed class HiddenRowsTests
{
    private const int Features = 8, Heads = 2, Size = Features / Heads;

    [Fact]
    public void A_query_before_all_keys_gives_zeros() =>
        Streamed.Check(Earlier(isOracle: false), oracle: Earlier(isOracle: true)).Dispose();

    [Fact]
    public void A_window_gives_zeros_too() =>
        Streamed.CheckWindows(Earlier(isOracle: false), window: 6, hop: 2, oracle: Earlier(isOracle: true));

    [Fact]
    public void Rings_of_int8_give_zeros_too()
    {
        using var folder = new TemporaryFolder();
        var result = Converter.Convert(folder.Write("model.onnx", Earlier(isOracle: false).ToBytes()), new ConvertOptions());
        Assert.Contains(result.Steps.Nodes, node => node.Op == "Attention" && node.In("kScale") is not null);
        using Model int8 = Model.Load(result.Program, "int8"), f32 = Model.Load(result.FloatProgram, "f32");
        using Session codes = int8.CreateSession(), floats = f32.CreateSession();
        float[] y = new float[Features], expected = new float[Features], x = [.. Enumerable.Range(0, Features).Select(i => i - 3f)];
        codes.Step(x, y);
        floats.Step(x, expected);
        Assert.Equal(expected, y);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Keys_that_a_mask_hides_by_infinity_leave_zeros(int hidden)
    {
        GraphBuilder Model(bool isOracle) => Attended(isOracle, (g, x, scores) =>
            g.Where(g.Node("And", [g.RangeMask(x), g.Unsqueeze(g.Node("Not", [Is(g, hidden)]), 1, 2)]), scores));
        Streamed.Check(Model(isOracle: false), tokens: 2, oracle: Model(isOracle: true)).Dispose();
    }

    [Theory]
    [InlineData(0, -1e9f)]
    [InlineData(1, -1e9f)]
    [InlineData(0, float.MinValue)]
    [InlineData(1, float.MinValue)]
    [InlineData(0, -20000f)]
    [InlineData(1, -20000f)]
    public void Keys_that_a_mask_hides_by_a_number_weigh_what_the_softmax_says(int hidden, float floor) =>
        Streamed.Check(Attended(isOracle: false, (g, x, scores) => g.Where(g.RangeMask(x),
            g.Node("Where", [g.Unsqueeze(Is(g, hidden), 1, 2), g.Scalar(floor), scores]))), tokens: 2).Dispose();

    private static string Is(GraphBuilder g, long value) =>
        g.Node("Equal", [g.Input("mask", OnnxElementType.Int64, 1, "time"), g.Constant(OnnxTensor.Scalar(value))]);

    /// <summary>Each element sees those before it, and not itself.</summary>
    private static GraphBuilder Earlier(bool isOracle) => Attended(isOracle, (g, x, scores) =>
    {
        var positions = g.Positions(x, 1);
        return g.Where(g.Node("Less", [g.Unsqueeze(positions, 0), g.Unsqueeze(positions, 1)]), scores);
    });

    /// <param name="isOracle">ONNX Runtime gives NaN for a row of infinities: zeros are put in its place.</param>
    private static GraphBuilder Attended(bool isOracle, Func<GraphBuilder, string, string, string> mask)
    {
        var g = new GraphBuilder();
        var x = g.Input("x", 1, "time", Features);
        string[] parts = [.. Enumerable.Range(0, 3).Select(_ => g.SplitHeads(g.Linear(x, Features, Features), Heads, Size))];
        var scores = g.Node("MatMul", [parts[0], g.Transpose(parts[1], 0, 1, 3, 2)]);
        var weights = g.Node("Softmax", [mask(g, x, scores)], ("axis", -1L));
        if (isOracle)
            weights = g.Node("Where", [g.Node("IsNaN", [weights]), g.Scalar(0), weights]);

        return g.Output(g.Linear(g.MergeHeads(g.Node("MatMul", [weights, parts[2]]), Features), Features, Features), "y");
    }
}
