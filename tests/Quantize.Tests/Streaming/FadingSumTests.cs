using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Matrices of positions times a sequence: averages and the time mixing of RWKV in parallel form.</summary>
public sealed class FadingSumTests
{
    private const int Features = 3;

    private readonly GraphBuilder _g = new();
    private readonly string _x;

    public FadingSumTests() => _x = _g.Input("x", "batch", "time", Features);

    [Fact]
    public void An_exponential_average()
    {
        using var streamed = Streamed.Check(_g.Output(_g.Node("MatMul", [Fading(_g.Scalar(0.8f)), _x])));
        Assert.Null(streamed.Model.Program.MaxSteps);
    }

    [Fact]
    public void The_average_of_all_elements_so_far()
    {
        var counts = _g.Node("Add", [_g.Node("Cast", [_g.Positions(_x, 1)], ("to", 1L)), _g.Scalar(1)]);
        using var streamed = Streamed.Check(_g.Output(_g.Node("MatMul",
            [_g.Node("Div", [Fading(_g.Scalar(1)), _g.Unsqueeze(counts, 1)]), _x])));
        Assert.Null(streamed.Model.Program.MaxSteps);
    }

    [Fact]
    public void A_factor_for_each_channel_and_a_bonus_for_the_newest()
    {
        var decay = _g.Constant(OnnxTensor.FromFloats([0.9f, 0.5f, 0.2f], Features, 1, 1));
        var bonus = _g.Constant(OnnxTensor.FromFloats([2f, 0.5f, 1f], Features, 1, 1));
        var isOwn = _g.Node("Cast", [_g.Node("Equal", [Distance(), _g.Scalar(0)])], ("to", 1L));
        var matrix = _g.Node("Add", [Fading(decay), _g.Node("Mul", [bonus, isOwn])]);
        var channels = _g.Unsqueeze(_g.Transpose(_x, 0, 2, 1), 3);
        Streamed.Check(_g.Output(_g.Node("MatMul", [matrix, channels]))).Dispose();
    }

    [Fact]
    public void A_matrix_that_looks_ahead_is_refused() => Assert.Equal(ErrorCodes.NotCausal,
        Streamed.Refused(_g.Output(_g.Node("MatMul", [_g.Node("Exp", [_g.Node("Neg", [_g.Node("Abs", [Distance()])])]), _x]))).Code);

    /// <summary>A factor to the power of the distance, 0 for later elements.</summary>
    private string Fading(string factor) => _g.Node("Where", [_g.RangeMask(_x),
        _g.Node("Pow", [factor, _g.Node("Max", [Distance(), _g.Scalar(0)])]), _g.Scalar(0)]);

    private string Distance()
    {
        var positions = _g.Node("Cast", [_g.Positions(_x, 1)], ("to", 1L));
        return _g.Node("Sub", [_g.Unsqueeze(positions, 1), _g.Unsqueeze(positions, 0)]);
    }
}
