using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Resize along time: interpolation between elements that have come and some that are still to come.</summary>
public sealed class ResizeTests
{
    private readonly GraphBuilder _g = new();
    private readonly string _x;

    public ResizeTests() => _x = _g.Input("x", 1, 3, "time");

    [Theory]
    [InlineData("half_pixel", 2)]
    [InlineData("half_pixel", 3)]
    [InlineData("half_pixel", 4)]
    [InlineData("pytorch_half_pixel", 2)]
    [InlineData("asymmetric", 2)]
    [InlineData("asymmetric", 5)]
    public void Linear_interpolation_gives_several_elements_a_step(string coordinates, int factor)
    {
        var y = _g.Node("Tanh", [Resized(_g, _x, "linear", coordinates, 1, 1, factor)]);
        using var streamed = Streamed.Check(_g.Output(y), steps: 9);
        Assert.Equal((factor, 1), (streamed.Model.Outputs[0].Elements, streamed.Delay));
        Assert.NotEqual(0, streamed.Model.FlushSteps);
    }

    [Theory]
    [InlineData("nearest", "half_pixel", 0.5f)]
    [InlineData("nearest", "asymmetric", 0.25f)]
    [InlineData("linear", "half_pixel", 0.5f)]
    [InlineData("linear", "half_pixel", 0.25f)]
    [InlineData("linear", "asymmetric", 0.5f)]
    [InlineData("linear", "half_pixel", 1.5f)]
    [InlineData("linear", "asymmetric", 0.75f)]
    [InlineData("linear", "asymmetric", 2.5f)]
    [InlineData("nearest", "half_pixel", 3f)]
    public void Any_ratio_of_whole_numbers(string mode, string coordinates, float factor)
    {
        // A step gives a whole number of elements: what is made of four repeated ones.
        var whole = factor is 1.5f or 0.75f or 2.5f ? Resized(_g, _x, "nearest", "asymmetric", 1, 1, 4) : _x;
        Streamed.Check(_g.Output(_g.Node("Tanh", [Resized(_g, whole, mode, coordinates, 1, 1, factor)])), steps: 17).Dispose();
    }

    [Theory]
    [InlineData("half_pixel", 2, 1)]
    [InlineData("half_pixel", 2, 3)]
    [InlineData("asymmetric", 2, 1)]
    public void Bands_beside_time(string coordinates, int time, int bands)
    {
        var g = new GraphBuilder();
        var x = g.Input("x", 1, 2, 5, "time");
        Streamed.Check(g.Output(g.Node("Tanh", [Resized(g, x, "linear", coordinates, 1, 1, bands, time)])), steps: 9).Dispose();
    }

    [Fact]
    public void Cubic_interpolation()
    {
        var g = new GraphBuilder();
        var x = g.Input("x", 1, 2, 5, "time");
        Streamed.Check(g.Output(g.Node("Tanh", [Resized(g, x, "cubic", "half_pixel", 1, 1, 1, 2)])), steps: 9).Dispose();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Aligned_corners_of_a_fixed_length(int factor)
    {
        var g = new GraphBuilder();
        var x = g.Input("x", 1, 3, 11);
        var y = Resized(g, g.CausalConv(x, 3, 3, 3), "linear", "align_corners", 1, 1, factor);
        Streamed.Check(g.Output(g.Node("Tanh", [y]))).Dispose();
    }

    [Fact]
    public void Aligned_corners_of_any_length_move_with_it()
    {
        var error = Streamed.Refused(_g.Output(Resized(_g, _x, "linear", "align_corners", 1, 1, 2)));
        Assert.Equal(ErrorCodes.NotCausal, error.Code);
        Assert.Contains("depends on the length of the whole input", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Down by strides and up by interpolation, with skip connections.</summary>
    [Theory]
    [InlineData("linear", "half_pixel")]
    [InlineData("linear", "asymmetric")]
    [InlineData("nearest", "asymmetric")]
    public void Down_and_up_again(string mode, string coordinates)
    {
        var first = _g.Node("Relu", [_g.Conv(_x, 3, 4, 3, left: 1, right: 1)]);
        var second = _g.Node("Relu", [_g.Conv(first, 4, 4, 2, stride: 2)]);
        var third = _g.Node("Relu", [_g.Conv(second, 4, 4, 2, stride: 2)]);
        var up = Joined(Resized(_g, third, mode, coordinates, 1, 1, 2), second);
        up = Joined(Resized(_g, _g.Conv(up, 8, 4, 3, left: 1, right: 1), mode, coordinates, 1, 1, 2), first);
        Streamed.Check(_g.Output(_g.Conv(up, 8, 2, 1)), steps: 24).Dispose();
    }

    private string Joined(string a, string b) => _g.Node("Concat", [a, b], ("axis", 1L));

    private static string Resized(GraphBuilder g, string x, string mode, string coordinates, params float[] scales) => g.Node("Resize",
        [x, "", g.Constant(OnnxTensor.FromFloats(scales, scales.Length))], ("mode", mode), ("coordinate_transformation_mode", coordinates));
}
