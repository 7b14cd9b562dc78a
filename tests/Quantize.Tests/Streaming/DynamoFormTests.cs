using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>
/// How PyTorch 2 spells what grows with time: sizes by Shape from one axis to the next, arithmetic on them as on numbers, and new shapes
/// joined of both.
/// </summary>
public sealed class DynamoFormTests
{
    private const int Features = 8, Heads = 2, Size = Features / Heads;

    private readonly GraphBuilder _g = new(opset: 18);

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    public void Elements_that_are_expanded_and_reshaped(int time, bool computed)
    {
        var x = _g.Input("x", time == 1 ? [1, "time", 3] : [1, 3, "time"]);
        long[] ones = [1, 1, 1, 1];
        ones[time + 1] = 2;
        var repeated = _g.Node("Tile", [_g.Unsqueeze(_g.Node("Relu", [x]), time + 1), _g.Ints(ones)]);
        var length = computed ? Vector(_g.Node("Mul", [Number(x, time), Long(2)])) : _g.Ints(-1);
        string[] sizes = time == 1 ? [Sizes(x, 0, 1), length, Sizes(x, 2, 3)] : [Sizes(x, 0, 2), length];
        var y = _g.Node("Reshape", [repeated, _g.Node("Concat", sizes, ("axis", 0L))], ("allowzero", 1L));
        using var streamed = Streamed.Check(_g.Output(_g.Node("Tanh", [y])), steps: 9);
        Assert.Equal(2, streamed.Model.Outputs[0].Elements);
    }

    [Theory]
    [InlineData("nearest", "asymmetric")]
    [InlineData("linear", "half_pixel")]
    public void Resize_to_sizes_that_are_computed(string mode, string coordinates)
    {
        var x = _g.Input("x", 1, 3, "time");
        var sizes = _g.Node("Concat", [_g.Ints(1, 3), Vector(_g.Node("Mul", [Number(x, 2), Long(2)]))], ("axis", 0L));
        var y = _g.Node("Resize", [x, "", "", sizes], ("mode", mode), ("coordinate_transformation_mode", coordinates),
            ("nearest_mode", "floor"), ("keep_aspect_ratio_policy", "stretch"), ("antialias", 0L));
        using var streamed = Streamed.Check(_g.Output(_g.Node("Tanh", [y])), steps: 9);
        Assert.Equal(2, streamed.Model.Outputs[0].Elements);
    }

    /// <summary>The first and the last key of each query's blocks, the last no later than the end (WeNet).</summary>
    [Fact]
    public void Blocks_by_their_first_and_last_keys()
    {
        var x = _g.Input("x", 1, "time", Features);
        var y = Attended(x, scores =>
        {
            var places = _g.Node("Range", [Long(0), Number(x, 1), Long(1)]);
            var block = _g.Node("Div", [places, Long(4)]);
            var first = _g.Node("Max", [_g.Node("Mul", [_g.Node("Sub", [block, Long(1)]), Long(4)]), Long(0)]);
            var end = _g.Node("Min", [_g.Node("Mul", [_g.Node("Add", [block, Long(1)]), Long(4)]), Number(x, 1)]);
            var key = _g.Unsqueeze(places, 0);
            var seen = _g.Node("And", [_g.Node("GreaterOrEqual", [key, _g.Unsqueeze(first, 1)]),
                _g.Node("Less", [key, _g.Unsqueeze(end, 1)])]);
            return _g.Node("Add", [scores, _g.Node("Where", [seen, _g.Scalar(0), _g.Scalar(float.NegativeInfinity)])]);
        }, weights => weights);
        using var streamed = Streamed.Check(_g.Output(y), steps: 26);
        Assert.Equal(3, streamed.Delay);
    }

    [Fact]
    public void A_learned_sink_behind_the_scores()
    {
        var x = _g.Input("x", 1, "time", Features);
        var y = Attended(x, scores =>
        {
            var shape = _g.Node("Concat", [Sizes(x, 0, 1), _g.Ints(Heads), Sizes(x, 1, 2), _g.Ints(1)], ("axis", 0L));
            var sink = _g.Node("Expand", [_g.Weights([1, Heads, 1, 1]), shape]);
            return _g.Node("Concat", [_g.Causal(x, scores), sink], ("axis", -1L));
        }, weights => _g.Slice(weights, 3, 0, -1));
        Streamed.Check(_g.Output(y)).Dispose();
    }

    private string Attended(string x, Func<string, string> mask, Func<string, string> kept)
    {
        string Head() => _g.Transpose(_g.Node("Reshape", [_g.Linear(x, Features, Features),
            _g.Node("Concat", [Sizes(x, 0, 2), _g.Ints(Heads, Size)], ("axis", 0L))], ("allowzero", 1L)), 0, 2, 1, 3);
        var scores = _g.Node("MatMul", [Head(), _g.Transpose(Head(), 0, 1, 3, 2)]);
        var weights = kept(_g.Node("Softmax", [mask(scores)], ("axis", -1L)));
        var y = _g.Transpose(_g.Node("MatMul", [weights, Head()]), 0, 2, 1, 3);
        return _g.Node("Reshape", [y, _g.Node("Concat", [Sizes(x, 0, 2), _g.Ints(Features)], ("axis", 0L))], ("allowzero", 1L));
    }

    private string Sizes(string x, long start, long end) => _g.Node("Shape", [x], ("start", start), ("end", end));

    private string Number(string x, long axis) => _g.Node("Squeeze", [Sizes(x, axis, axis + 1)]);

    private string Vector(string number) => _g.Node("Reshape", [number, _g.Ints(-1)]);

    private string Long(long value) => _g.Constant(OnnxTensor.Scalar(value));
}
