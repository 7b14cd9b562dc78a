using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

public sealed class ReductionTests
{
    private readonly GraphBuilder _g = new();
    private readonly string _x;

    public ReductionTests() => _x = _g.Input("x", "batch", "time", 4);

    [Theory]
    [InlineData("ReduceMean")]
    [InlineData("ReduceMax")]
    [InlineData("ReduceMin")]
    [InlineData("ReduceL2")]
    [InlineData("ReduceL1")]
    [InlineData("ReduceSumSquare")]
    [InlineData("ReduceProd")]
    [InlineData("ReduceLogSumExp")]
    public void Over_time(string op)
    {
        Streamed.Check(_g.Output(_g.Linear(_g.Node(op, [_x], ("axes", (long[])[1]), ("keepdims", 0L)), 4, 2))).Dispose();
    }

    [Fact]
    public void Log_of_the_sum_over_time() =>
        Streamed.Check(_g.Output(_g.Node("ReduceLogSum", [_g.Node("Abs", [_x])], ("axes", (long[])[1])))).Dispose();

    [Fact]
    public void Sum_over_time() => Streamed.Check(_g.Output(_g.Node("ReduceSum", [_x, _g.Ints(1)]))).Dispose();

    [Theory]
    [InlineData("ReduceMean")]
    [InlineData("ReduceMax")]
    [InlineData("ReduceL2")]
    public void Over_time_and_features(string op) => Streamed.Check(_g.Output(_g.Node(op, [_x], ("axes", (long[])[1, 2])))).Dispose();

    [Theory]
    [InlineData("ReduceMean")]
    [InlineData("ReduceLogSumExp")]
    [InlineData("ReduceL1")]
    public void Over_features(string op) => Streamed.Check(_g.Output(_g.Node(op, [_x], ("axes", (long[])[2]), ("keepdims", 0L)))).Dispose();

    [Fact]
    public void Global_pooling_of_channels_first()
    {
        var channels = _g.Transpose(_x, 0, 2, 1);
        _g.Output(_g.Node("Flatten", [_g.Node("GlobalAveragePool", [channels])])).Output(_g.Node("GlobalMaxPool", [channels]));
        Streamed.Check(_g).Dispose();
    }

    [Fact]
    public void Mean_and_deviation_over_time()
    {
        var mean = _g.Node("ReduceMean", [_x], ("axes", (long[])[1]), ("keepdims", 0L));
        var square = _g.Node("ReduceMean", [_g.Node("Mul", [_x, _x])], ("axes", (long[])[1]), ("keepdims", 0L));
        var variance = _g.Node("Sub", [square, _g.Node("Mul", [mean, mean])]);
        var deviation = _g.Node("Sqrt", [_g.Node("Add", [_g.Node("Relu", [variance]), _g.Scalar(1e-5f)])]);
        Streamed.Check(_g.Output(_g.Linear(_g.Node("Concat", [mean, deviation], ("axis", 1L)), 8, 2))).Dispose();
    }

    [Fact]
    public void Mean_as_a_sum_divided_by_the_length()
    {
        var sum = _g.Node("ReduceSum", [_x, _g.Ints(1)], ("keepdims", 0L));
        Streamed.Check(_g.Output(_g.Node("Div", [sum, _g.Node("Cast", [_g.Length(_x, 1)], ("to", 1L))]))).Dispose();
    }

    [Fact]
    public void Running_sum() => Streamed.Check(_g.Output(_g.Node("CumSum", [_x, _g.Constant(OnnxTensor.Scalar(1L))]))).Dispose();

    [Fact]
    public void Running_sum_without_the_element_itself() =>
        Streamed.Check(_g.Output(_g.Node("CumSum", [_x, _g.Constant(OnnxTensor.Scalar(1L))], ("exclusive", 1L)))).Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Running_product(long exclusive)
    {
        var g = new GraphBuilder(opset: 26);
        var near1 = g.Node("Add", [g.Node("Mul", [g.Input("x", 1, "time", 3), g.Scalar(0.1f)]), g.Scalar(1)]);
        var y = g.Node("CumProd", [near1, g.Constant(OnnxTensor.Scalar(1L))], ("exclusive", exclusive));
        Streamed.Check(g.Output(g.Node("Tanh", [y]))).Dispose();
    }

    [Fact]
    public void Running_mean_of_every_prefix()
    {
        var count = _g.Unsqueeze(_g.Node("Cast", [_g.Node("Add", [_g.Positions(_x, 1), _g.Constant(OnnxTensor.Scalar(1L))])], ("to", 1L)),
            1);
        Streamed.Check(_g.Output(_g.Node("Div", [_g.Node("CumSum", [_x, _g.Constant(OnnxTensor.Scalar(1L))]), count]))).Dispose();
    }

    [Fact]
    public void First_last_and_element_before_the_last()
    {
        string At(long index) => _g.Node("Gather", [_x, _g.Constant(OnnxTensor.Scalar(index))], ("axis", 1L));
        var y = _g.Node("Sub", [At(-1), At(0)]);
        Streamed.Check(_g.Output(y, "difference").Output(_g.Node("Abs", [At(-2)]), "before")).Dispose();
    }

    [Fact]
    public void Last_elements_through_a_dense_layer()
    {
        var last = _g.Slice(_x, 1, -3, int.MaxValue);
        Streamed.Check(_g.Output(_g.Linear(_g.Reshape(last, 1, 12), 12, 2))).Dispose();
    }

    [Fact]
    public void Maximum_over_a_strided_sequence()
    {
        var y = _g.CausalConv(_g.Transpose(_x, 0, 2, 1), 4, 3, 3, stride: 2);
        Streamed.Check(_g.Output(_g.Node("ReduceMax", [y], ("axes", (long[])[2]), ("keepdims", 0L)))).Dispose();
    }

    [Fact]
    public void Latest_values_of_different_rates_meet()
    {
        var y = _g.CausalConv(_g.Transpose(_x, 0, 2, 1), 4, 4, 3, stride: 3);
        var mean = _g.Node("ReduceMean", [y], ("axes", (long[])[2]), ("keepdims", 0L));
        var last = _g.Node("Gather", [_x, _g.Constant(OnnxTensor.Scalar(-1L))], ("axis", 1L));
        Streamed.Check(_g.Output(_g.Node("Add", [mean, last]))).Dispose();
    }

    [Fact]
    public void A_sequence_less_its_own_mean_is_refused()
    {
        var mean = _g.Node("ReduceMean", [_x], ("axes", (long[])[1]));
        var error = Streamed.Refused(_g.Output(_g.Node("Sub", [_x, mean])));
        Assert.Equal(ErrorCodes.NotCausal, error.Code);
        Assert.Contains("'Sub_", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ArgMax", true)]
    [InlineData("ArgMax", false)]
    [InlineData("ArgMin", true)]
    public void Search_over_features(string op, bool keep) =>
        Streamed.Check(_g.Output(_g.Node(op, [_x], ("axis", 2L), ("keepdims", keep ? 1L : 0L)))).Dispose();

    [Fact]
    public void Largest_features()
    {
        var top = _g.Node("TopK", [_x, _g.Ints(2)], 2, ("axis", 2L));
        Streamed.Check(_g.Output(top[0]).Output(top[1])).Dispose();
    }

    [Theory]
    [InlineData("ReduceMean")]
    [InlineData("ReduceSum")]
    public void Deviation_from_the_mean_over_time(string reduce)
    {
        var centred = _g.Node("Sub", [_x, _g.Node("ReduceMean", [_x], ("axes", (long[])[1]))]);
        var squares = reduce == "ReduceMean" ? _g.Node("Pow", [centred, _g.Scalar(2)]) : _g.Node("Mul", [centred, centred]);
        var moment = reduce == "ReduceMean" ? _g.Node(reduce, [squares], ("axes", (long[])[1])) : _g.Node(reduce, [squares, _g.Ints(1)]);
        Streamed.Check(_g.Output(_g.Node("Sqrt", [moment]))).Dispose();
    }

    [Fact]
    public void Mean_of_elements_gated_and_moved_by_values_of_the_whole_sequence()
    {
        string mean = _g.Node("ReduceMean", [_x], ("axes", (long[])[1])), gate = _g.Node("Sigmoid", [_g.Linear(mean, 4, 4)]);
        var moved = _g.Node("Sub", [_g.Node("ReduceMax", [_x], ("axes", (long[])[1])), _g.Node("Mul", [_x, gate])]);
        Streamed.Check(_g.Output(_g.Node("ReduceMean", [moved], ("axes", (long[])[1])))).Dispose();
    }

    [Fact]
    public void Elements_moved_by_a_value_of_the_whole_sequence_are_refused_as_an_output()
    {
        var error = Streamed.Refused(_g.Output(_g.Node("Sub", [_x, _g.Node("ReduceMean", [_x], ("axes", (long[])[1]))])));
        Assert.Equal(ErrorCodes.NotCausal, error.Code);
        Assert.Contains("'Sub_", error.Message, StringComparison.Ordinal);
    }
}
