using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Outputs that come faster than the input: a step gives several elements.</summary>
public sealed class UpsamplingTests
{
    private readonly GraphBuilder _g = new();
    private readonly string _x;

    public UpsamplingTests() => _x = _g.Input("x", "batch", 3, "time");

    [Theory]
    [InlineData(2, 2, 0, 0)]
    [InlineData(4, 2, 0, 0)]
    [InlineData(4, 2, 1, 1)]
    [InlineData(5, 3, 0, 2)]
    [InlineData(7, 3, 2, 1)]
    [InlineData(2, 5, 0, 0)]
    public void Transposed_convolution(int kernel, int stride, int start, int end)
    {
        var y = Up(_x, 3, 2, kernel, stride, start, end);
        using var streamed = Streamed.Check(_g.Output(_g.Node("Tanh", [y])), steps: 9);
        Assert.Equal((1, stride, 1), (streamed.Rate, streamed.Model.Outputs[0].Elements, streamed.Model.Chunk));
        Assert.Equal([stride, 2], streamed.Model.Outputs[0].Shape);
        // What lies between two inputs is there only once the second has come.
        Assert.Equal(start > 0 || kernel < stride ? 1 : 0, streamed.Delay);
    }

    [Theory]
    [InlineData(3, 2, 5, 3, 1, 2)]
    [InlineData(1, 3, 2, 2, 0, 1)]
    public void Transposed_convolution_with_groups_dilations_and_output_padding(int groups, int dilation, int kernel, int stride, int pad,
        int extra)
    {
        var y = _g.Node("ConvTranspose", [_x, _g.Weights([3, 2, kernel]), _g.Weights([2 * groups])], ("strides", (long[])[stride]),
            ("pads", (long[])[pad, pad]), ("group", groups), ("dilations", (long[])[dilation]), ("output_padding", (long[])[extra]));
        using var streamed = Streamed.Check(_g.Output(_g.Node("Tanh", [y])), steps: 9);
        Assert.Equal(stride, streamed.Model.Outputs[0].Elements);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Transposed_convolution_of_planes(bool timeIsHeight)
    {
        var g = new GraphBuilder();
        long[] Pair(long time, long other) => timeIsHeight ? [time, other] : [other, time];
        var x = g.Input("x", timeIsHeight ? ["batch", 4, "time", 5] : ["batch", 4, 5, "time"]);
        var y = g.Node("ConvTranspose", [x, g.Weights([4, 3, .. Pair(4, 3)]), g.Weights([3])],
            ("strides", Pair(2, 3)), ("pads", (long[])[.. Pair(1, 1), .. Pair(1, 0)]));
        Streamed.Check(g.Output(g.Node("Tanh", [y])), steps: 8).Dispose();
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 3)]
    [InlineData(3, 8)]
    public void What_delay_and_right_context_hold_comes_out_by_a_flush(int steps, int right)
    {
        var y = _g.Node("Tanh", [Up(_x, 3, 2, 8, 4, 2, 2)]);
        y = right == 0 ? y : _g.Conv(y, 2, 2, right + 1, right: right);
        using var streamed = Streamed.Check(_g.Output(y), steps: 9);
        Assert.Equal((steps, steps), (streamed.Delay, streamed.Model.FlushSteps));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Elements_are_repeated(int factor)
    {
        using var streamed = Streamed.Check(_g.Output(_g.CausalConv(Repeated(_x, factor), 3, 2, 4)), steps: 9);
        Assert.Equal(factor, streamed.Model.Outputs[0].Elements);
    }

    [Fact]
    public void Channels_become_elements_by_reshape_and_transpose()
    {
        var four = _g.Reshape(_g.Conv(_x, 3, 8, 1), 1, 2, 4, -1);
        var y = _g.Reshape(_g.Transpose(four, 0, 1, 3, 2), 1, 2, -1);
        Streamed.Check(_g.Output(_g.CausalConv(y, 2, 2, 3)), steps: 9).Dispose();
    }

    [Fact]
    public void Features_become_elements_by_a_reshape()
    {
        var g = new GraphBuilder();
        var y = g.Reshape(g.Linear(g.Input("x", 1, "time", 3), 3, 8), 1, -1, 2);
        Streamed.Check(g.Output(g.Lstm(y, 2, 4)), steps: 9).Dispose();
    }

    [Theory]
    [InlineData("DCR", true)]
    [InlineData("CRD", true)]
    [InlineData("DCR", false)]
    [InlineData("CRD", false)]
    public void Depth_becomes_blocks(string mode, bool timeIsHeight)
    {
        var g = new GraphBuilder();
        var x = g.Input("x", timeIsHeight ? [1, 8, "time", 3] : [1, 8, 3, "time"]);
        var y = g.Node("DepthToSpace", [g.Node("Tanh", [x])], ("blocksize", 2L), ("mode", mode));
        Streamed.Check(g.Output(g.Node("Sigmoid", [y])), steps: 7).Dispose();
    }

    /// <summary>The decoder of SEANet: every transposed convolution is cropped at its end, and residual units follow it.</summary>
    [Theory]
    [InlineData(3, 2)]
    [InlineData(8, 5, 4, 2)]
    public void A_decoder_of_audio(params int[] strides)
    {
        var y = _g.CausalConv(_x, 3, 8, 7);
        y = _g.Node("Transpose", [y], ("perm", (long[])[0, 2, 1]));
        y = _g.Node("Add", [_g.Lstm(y, 8, 8), y]);
        y = _g.Node("Transpose", [y], ("perm", (long[])[0, 2, 1]));
        foreach (var stride in strides)
        {
            y = Up(_g.Node("Elu", [y]), 8, 8, 2 * stride, stride, 0, stride);
            var inner = _g.CausalConv(_g.Node("Elu", [y]), 8, 4, 3, dilation: 2);
            y = _g.Node("Add", [y, _g.Conv(_g.Node("Elu", [inner]), 4, 8, 1)]);
        }

        using var streamed = Streamed.Check(_g.Output(_g.CausalConv(_g.Node("Elu", [y]), 8, 1, 7)), steps: 5);
        var factor = strides.Aggregate((a, b) => a * b);
        Assert.Equal((factor, 0), (streamed.Model.Outputs[0].Elements, streamed.Delay));
    }

    [Fact]
    public void Outputs_of_several_rates()
    {
        var fast = _g.CausalConv(Repeated(_x, 6), 3, 4, 3);
        _g.Output(fast).Output(_g.CausalConv(fast, 4, 2, 3, stride: 2)).Output(_g.Node("Relu", [_x]))
            .Output(_g.CausalConv(_x, 3, 2, 2, stride: 2)).Output(_g.Node("ReduceMean", [fast], ("axes", (long[])[2])));
        using var streamed = Streamed.Check(_g, steps: 8);
        Assert.Equal([6, 3, 1, 1, 1], streamed.Model.Outputs.Select(output => output.Elements));
        Assert.Equal([1, 1, 1, 2, 1], streamed.Model.Outputs.Select(output => output.Rate));
    }

    [Fact]
    public void An_output_between_the_rates_needs_calls_of_several_elements()
    {
        _g.Output(_g.CausalConv(Repeated(_x, 3), 3, 2, 2, stride: 2));
        Assert.Equal("give --chunk 2 or a multiple of it", Streamed.Refused(_g).Hint);
        var whole = new ConvertOptions { Chunk = 2, Precision = ConvertPrecision.F32 };
        using var folder = new TemporaryFolder();
        using var model = Runtime.Sessions.Model.Load(Converter.Convert(folder.Write("m.onnx", _g.ToBytes()), whole).Program, "test");
        Assert.Equal((2, 3), (model.Chunk, model.Outputs[0].Elements));
    }

    [Fact]
    public void A_sequence_meets_one_that_was_decimated_and_brought_beyond_it()
    {
        var slow = _g.Node("Relu", [_g.CausalConv(_x, 3, 4, 4, stride: 2)]);
        var up = Up(Up(slow, 4, 4, 4, 2, 0, 2), 4, 3, 6, 3, 0, 3);
        Streamed.Check(_g.Output(_g.Node("Add", [up, Repeated(_g.Node("Tanh", [_x]), 3)])), steps: 12).Dispose();
    }

    [Fact]
    public void Positions_and_values_of_the_whole_recording()
    {
        var speaker = _g.Input("speaker", "batch", 4);
        var y = Up(_x, 3, 4, 4, 2, 0, 2);
        var length = _g.Node("Cast", [_g.Positions(y, 2)], ("to", (long)OnnxElementType.Float32));
        y = _g.Node("Add", [y, _g.Node("Sin", [_g.Node("Mul", [length, _g.Scalar(0.3f)])])]);
        Streamed.Check(_g.Output(_g.Node("Mul", [y, _g.Unsqueeze(_g.Linear(speaker, 4, 4), 2)])), steps: 9).Dispose();
    }

    [Fact]
    public void Attention_at_the_rate_of_the_input()
    {
        var g = new GraphBuilder();
        var x = g.Input("x", 1, "time", 4);
        var y = g.Reshape(g.Linear(g.Attention(x, 4, 2, scores => g.Causal(x, scores)), 4, 8), 1, -1, 4);
        Streamed.Check(g.Output(g.Node("Tanh", [y])), steps: 9).Dispose();
    }

    [Fact]
    public void More_than_a_call_may_give_is_refused()
    {
        var error = Streamed.Refused(_g.Output(Repeated(Repeated(_x, 300), 300)));
        Assert.Equal(ErrorCodes.NodeUnsupported, error.Code);
        Assert.Contains("it makes 90000 elements along time of each one of the input", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chunk_that_makes_too_many_elements_is_refused_with_one_that_does_not()
    {
        var error = Streamed.Refused(_g.Output(Repeated(_x, 300)), new ConvertOptions { Chunk = 300 });
        Assert.Equal("give --chunk 218 or less", error.Hint);
    }

    private string Up(string x, int inputs, int outputs, int kernel, int stride, int start, int end) => _g.Node("ConvTranspose",
        [x, _g.Weights([inputs, outputs, kernel]), _g.Weights([outputs])], ("strides", (long[])[stride]), ("pads", (long[])[start, end]));

    private string Repeated(string x, int factor) => _g.Node("Resize",
        [x, "", _g.Constant(OnnxTensor.FromFloats([1, 1, factor], 3))], ("mode", "nearest"),
        ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
}
