using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>What a graph computes from the length of its input is refused where a stream would have to hold it at one length.</summary>
public sealed class LengthInputsTests
{
    private const int Features = 4;

    private readonly GraphBuilder _g = new();

    [Fact]
    public void A_kernel_as_long_as_the_input_is_refused()
    {
        var x = _g.Input("x", 1, 1, "time");
        var ages = _g.Node("Cast", [_g.Positions(x, 2)], ("to", 1L));
        var kernel = _g.Unsqueeze(_g.Node("Exp", [_g.Node("Mul", [ages, _g.Scalar(-0.25f)])]), 0, 1);
        var before = _g.Node("Sub", [_g.Unsqueeze(_g.Length(x, 2), 0), _g.Ints(1)]);
        var padded = _g.Node("Pad", [x, _g.Node("Concat", [_g.Ints(0, 0), before, _g.Ints(0, 0, 0)], ("axis", 0L))]);
        RequireRefused(_g.Node("Conv", [padded, kernel]));
    }

    [Fact]
    public void A_kernel_of_which_the_numbers_follow_the_length_is_refused()
    {
        var x = _g.Input("x", 1, 1, "time");
        var kernel = _g.Node("Div", [_g.Weights([2, 1, 3]), Number(x, 2)]);
        RequireRefused(_g.Node("Conv", [x, kernel], ("pads", (long[])[2, 0])));
    }

    [Fact]
    public void A_scale_of_attention_that_follows_the_length_is_refused()
    {
        var x = _g.Input("x", 1, "time", Features);
        RequireRefused(_g.Attention(x, Features, 2, scores => _g.Causal(x, _g.Node("Div", [scores, _g.Node("Sqrt", [Number(x, 1)])]))));
    }

    [Fact]
    public void A_matrix_that_follows_the_length_is_refused()
    {
        var x = _g.Input("x", 1, "time", Features);
        RequireRefused(_g.Node("MatMul", [x, _g.Node("Div", [_g.Weights([Features, 2]), Number(x, 1)])]));
    }

    [Fact]
    public void A_channel_that_is_chosen_by_the_length_is_refused()
    {
        var x = _g.Input("x", 1, "time", Features);
        var channel = _g.Node("Mod", [_g.Length(x, 1), _g.Constant(OnnxTensor.Scalar((long)Features))]);
        RequireRefused(_g.Node("Gather", [x, _g.Unsqueeze(channel, 0)], ("axis", 2L)));
    }

    [Fact]
    public void A_kernel_that_is_the_same_at_every_length_streams()
    {
        var x = _g.Input("x", 1, 1, "time");
        string zero = _g.Constant(OnnxTensor.Scalar(0L)), one = _g.Constant(OnnxTensor.Scalar(1L));
        var taps = _g.Node("Add", [_g.Node("Mul", [_g.Length(x, 2), zero]), _g.Constant(OnnxTensor.Scalar(3L))]);
        var positions = _g.Node("Cast", [_g.Node("Range", [zero, taps, one])], ("to", 1L));
        var kernel = _g.Unsqueeze(_g.Node("Exp", [_g.Node("Neg", [positions])]), 0, 1);
        Streamed.Check(_g.Output(_g.Node("Conv", [x, kernel], ("pads", (long[])[2, 0])))).Dispose();
    }

    private string Number(string x, long axis) => _g.Node("Cast", [_g.Length(x, axis)], ("to", 1L));

    private void RequireRefused(string y)
    {
        var refused = Streamed.Refused(_g.Output(y));
        Assert.Equal(ErrorCodes.NotCausal, refused.Code);
        Assert.Contains("computed from the length of the whole input", refused.Message, StringComparison.Ordinal);
    }
}
