using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Conversion;

/// <summary>What a refusal tells users to type is typed as it stands: it converts, or is refused with something else that helps.</summary>
public sealed class HintTests
{
    private const int MostRefusals = 4;

    private static readonly Dictionary<string, (Func<GraphBuilder, GraphBuilder> Graph, ConvertOptions Options)> Refused = new()
    {
        ["a layer in both directions"] = (g => g.Output(g.Node("LSTM", [g.Input("x", "time", 1, 3), g.Weights([2, 16, 3]),
            g.Weights([2, 16, 4])], ("hidden_size", 4L), ("direction", "bidirectional"))), new()),
        ["time from the end"] = (g => g.Output(g.Slice(g.Input("x", 1, "time", 3), 1, -1, long.MinValue, -1)), new()),
        ["time from the end, fixed"] = (g => g.Output(g.Slice(g.Input("x", 1, 24, 3), 1, -1, long.MinValue, -1)),
            new() { TimeAxes = new Dictionary<string, int> { ["x"] = 1 } }),
        ["attention to later keys"] = (g =>
        {
            var x = g.Input("x", 1, "time", 4);
            var weights = g.Node("Softmax", [g.Node("MatMul", [x, g.Transpose(x, 0, 2, 1)])], ("axis", -1L));
            return g.Output(g.Node("MatMul", [weights, x]));
        }, new()),
        ["a mean over the recording"] = (g =>
        {
            var x = g.Input("x", 1, "time", 4);
            return g.Output(g.Node("Sub", [x, g.Node("ReduceMean", [x], ("axes", (long[])[1]))]));
        }, new()),
        ["largest elements of time"] = (g => g.Output(g.Node("TopK", [g.Input("x", "time", 4), g.Ints(3)], 2, ("axis", 0L))[0]), new()),
        ["a batch for time"] = (g => g.Output(g.Node("Relu", [g.Input("x", "n", 3)])), new() { Mode = ConvertMode.Stream }),
        ["nothing for time"] = (g => g.Output(g.Node("Relu", [g.Input("x", 1, 3)])), new() { Mode = ConvertMode.Stream }),
        ["unknown length"] = (g => g.Output(g.Node("ReduceSum", [g.Input("x", 1, "d0", 3), g.Ints(1)])), new() { Mode = ConvertMode.Step }),
        ["a shape from what is computed"] = (g => g.Output(g.Node("Unique", [g.Input("x", "time")])), new()),
        ["places from what is computed"] = (g =>
            g.Output(g.Node("Cast", [g.Node("NonZero", [g.Input("x", "time", 3)])], ("to", 1L))), new()),
        ["elements from a side input"] = (g => g.Output(g.Node("Compress", [g.Input("x", 1, "time", 3),
            g.Node("Greater", [g.Input("mask", 3), g.Scalar(-1)])], ("axis", 2L))), new()),
        ["an op that goes up by places"] = (g =>
        {
            var pooled = g.Node("MaxPool", [g.Input("x", 1, 3, "time")], 2, ("kernel_shape", (long[])[2]), ("strides", (long[])[2]));
            return g.Output(g.Node("MaxUnpool", pooled, ("kernel_shape", (long[])[2]), ("strides", (long[])[2])));
        }, new()),
        ["an op of pictures"] = (g => g.Output(g.Node("GridSample", [g.Input("x", 1, 1, 4, 4), g.Input("grid", 1, 3, 3, 2)])), new()),
        ["an op of another domain"] = (g => g.Domain("my.domain", 1).Output(g.Node("my.domain::Own", [g.Input("x", "time", 4)])), new()),
        ["an op that is none"] = (g => g.Output(g.Node("Fancy", [g.Input("x", "time", 4)])), new()),
        ["types that do not fit"] = (g => g.Output(g.Node("Add", [g.Input("x", "time", 4), g.Ints(1)])), new()),
        ["shapes that do not fit"] = (g => g.Output(g.Node("MatMul", [g.Input("x", "time", 4), g.Weights([5, 4])])), new()),
        ["a shape of one length"] = (g => g.Output(g.Reshape(g.Input("x", 1, "time", 4), 7, 5, 4)), new()),
        ["a condition from a side input"] = (g =>
        {
            string x = g.Input("x", 1, "time", 3), rate = g.Input("rate", OnnxElementType.Int64);
            var one = g.Subgraph("one", b => [b.Slice(x, 2, 0, 2)]);
            var other = g.Subgraph("other", b => [b.Node("Relu", [x])]);
            var is16 = g.Node("Equal", [rate, g.Constant(OnnxTensor.Scalar(16000L))]);
            return g.Output(g.Node("If", [is16], ("then_branch", one), ("else_branch", other)));
        }, new()),
        ["a count from a side input"] = (g =>
        {
            string x = g.Input("x", "time", 3), count = g.Input("count", OnnxElementType.Int64);
            var body = g.Subgraph("body", b =>
            {
                b.Input("i", OnnxElementType.Int64);
                var going = b.Input("going", OnnxElementType.Bool);
                return [b.Node("Identity", [going]), b.Node("Tanh", [b.BodyInput("h")])];
            });
            return g.Output(g.Node("Loop", [count, "", x], ("body", body)));
        }, new()),
        ["a window without its length"] = (g => g.Output(g.Node("Relu", [g.Input("x", 1, "time", 3)])), new() { Mode = ConvertMode.Window }),
        ["a window of another length"] = (g => g.Output(g.Node("Relu", [g.Input("x", 1, 20, 3)])),
            new() { Mode = ConvertMode.Window, Window = 10 }),
        ["an axis that is none"] = (g => g.Output(g.Node("Relu", [g.Input("x", 1, "time", 3)])),
            new() { TimeAxes = new Dictionary<string, int> { ["x"] = 5 } }),
        ["a chunk between two outputs"] = (g => g.Output(g.Conv(g.Input("x", 1, 2, "time"), 2, 3, 4, left: 3, stride: 4)),
            new() { Chunk = 6 }),
        ["three elements of two"] = (g => g.Output(g.Conv(Repeated(g, 3), 2, 3, 2, left: 1, stride: 2)), new()),
        ["a chunk of too many elements"] = (g => g.Output(Repeated(g, 300)), new() { Chunk = 300 }),
        ["too many elements of one"] = (g => g.Output(Repeated(g, 70_000)), new()),
        ["more elements than one value has"] = (g =>
        {
            var wide = g.Conv(g.Input("x", 1, 2, 6), 2, 3, 13, 6, 6);
            return g.Output(g.Node("ReduceMean", [g.Conv(wide, 3, 3, 13, 6, 6), g.Ints(2)], ("keepdims", 0L)));
        }, new()),
        ["a constant that became an input"] = (g => g.Output(g.Node("Sub", [g.Input("x", 1, "time", 3), g.Input("norm/mean:0", 3)])), new()),
        ["copies with other weights"] = (g =>
        {
            var x = g.Input("x", 6, 1, 3);
            var h = g.Constant(OnnxTensor.FromFloats(new float[4], 1, 4));
            for (var t = 0; t < 6; t++)
            {
                var element = g.Node("Gather", [x, g.Constant(OnnxTensor.Scalar((long)t))], ("axis", 0L));
                h = g.Node("Tanh", [g.Node("Add", [g.Node("MatMul", [element, g.Weights([3, 4])]), h])]);
            }

            return g.Output(h);
        }, new()),
        ["a learned matrix of positions"] = (g => g.Output(g.Node("MatMul", [g.Weights([24, 24]), g.Input("x", 1, 24, 3)])),
            new() { TimeAxes = new Dictionary<string, int> { ["x"] = 1 } }),
    };

    public static TheoryData<string> Situations => [.. Refused.Keys];

    [Theory]
    [MemberData(nameof(Situations))]
    public void What_is_told_works_when_typed(string situation)
    {
        var (graph, options) = Refused[situation];
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.onnx", graph(new GraphBuilder(opset: 17)).ToBytes());
        Assert.NotNull(Follow(path, options));
    }

    [SharedTheory]
    [InlineData("cases")]
    [InlineData("keras/broken")]
    public void So_does_what_is_told_of_a_published_file(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(Shared.Path(folder), "*.onnx"))
            Follow(path, new ConvertOptions());
    }

    /// <summary>Types what refusals tell, every choice that they leave, until the model converts or there is nothing more to
    /// type.</summary>
    /// <param name="typed">What was typed before.</param>
    /// <returns>The first refusal; null where there is none.</returns>
    private static EdgeSeqException? Follow(string path, ConvertOptions options, params string[] typed)
    {
        try
        {
            Converter.Convert(path, options with { Precision = ConvertPrecision.F32 });
            return null;
        }
        catch (EdgeSeqException refused)
        {
            var text = $"{Path.GetFileName(path)} {string.Join(' ', typed)}: {refused.Message} Hint: {refused.Hint}";
            Assert.True(typed.Length < MostRefusals, text);
            Assert.False(refused.Message.StartsWith("ONNX Runtime says", StringComparison.Ordinal), text);
            Assert.False(string.IsNullOrEmpty(refused.Hint), text);
            Assert.False(TypedOptions.HasPlaceholder(refused.Hint!), text);
            foreach (var choice in TypedOptions.Choices(refused.Hint!))
            {
                Assert.False(typed.Contains(choice), $"told twice: {text}");
                Follow(path, TypedOptions.Applied(choice, options), [.. typed, choice]);
            }

            return refused;
        }
    }

    private static string Repeated(GraphBuilder g, int factor) => g.Node("Resize",
        [g.Input("x", 1, 2, "time"), "", g.Constant(OnnxTensor.FromFloats([1, 1, factor], 3))], ("mode", "nearest"),
        ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
}
