using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Convolutions that pad behind the end, reduced to one value: the elements that read the padding count on every
/// prefix.</summary>
public sealed class RightContextTests
{
    private readonly GraphBuilder _g = new(opset: 18);
    private readonly string _x;

    public RightContextTests() => _x = _g.Input("x", "batch", 3, "time");

    [Theory]
    [InlineData("ReduceMean")]
    [InlineData("ReduceMax")]
    [InlineData("ReduceSum")]
    [InlineData("ReduceSumSquare")]
    public void The_reduction_of_a_symmetric_convolution(string reduction)
    {
        var y = _g.Node("Relu", [_g.Conv(_x, 3, 4, 5, left: 2, right: 2)]);
        using var streamed = Streamed.Check(_g.Output(_g.Node(reduction, [y, _g.Ints(2)], ("keepdims", 0L))));
        Assert.Equal(2, streamed.Delay);
    }

    [Fact]
    public void Of_one_after_another_and_a_sum_around_them()
    {
        var first = _g.Node("Tanh", [_g.Conv(_x, 3, 4, 3, left: 1, right: 1)]);
        var second = _g.Conv(first, 4, 4, 5, left: 4, right: 4, dilation: 2);
        var sum = _g.Node("Add", [second, first]);
        Streamed.Check(_g.Output(_g.Node("GlobalAveragePool", [sum]))).Dispose();
    }

    [Fact]
    public void The_last_element()
    {
        var y = _g.Conv(_x, 3, 4, 5, left: 2, right: 2);
        var last = _g.Node("Gather", [y, _g.Constant(OnnxTensor.Scalar(-1L))], ("axis", 2L));
        Streamed.Check(_g.Output(_g.Linear(last, 4, 2))).Dispose();
    }

    [Fact]
    public void The_final_state_of_a_layer_behind_it_is_refused()
    {
        var y = _g.Transpose(_g.Conv(_x, 3, 4, 5, left: 2, right: 2), 2, 0, 1);
        var states = _g.Node("GRU", [y, _g.Weights([1, 15, 4]), _g.Weights([1, 15, 5])], 2, ("hidden_size", 5L));
        Assert.Equal(ErrorCodes.NotCausal, Streamed.Refused(_g.Output(states[1])).Code);
    }
}
