using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Conversion;

/// <summary>Models that were made for inputs that are never negative.</summary>
public sealed class InputSignsTests
{
    [Theory]
    [InlineData("Log")]
    [InlineData("Sqrt")]
    public void A_recurrent_layer_behind_a_logarithm_or_a_root_is_checked_where_they_have_values(string op)
    {
        var g = new GraphBuilder();
        var x = g.Node(op, [g.Input("x", "time", 1, 3)]);
        g.Output(g.Node("GRU", [x, g.Weights([1, 12, 3]), g.Weights([1, 12, 4])], 2, ("hidden_size", 4L))[0]);
        using var folder = new TemporaryFolder();
        var converted = Converter.Convert(folder.Write("model.onnx", g.ToBytes()), new ConvertOptions());
        Assert.Equal("stream", converted.Mode);
        Assert.True(converted.Noise!.Outputs[0].SqnrDb > 35);
    }
}
