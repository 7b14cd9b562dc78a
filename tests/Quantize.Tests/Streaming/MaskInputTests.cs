using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Models that take a mask of padded elements as an input beside the sequence.</summary>
public sealed class MaskInputTests
{
    private const int Features = 8, Heads = 2;

    private readonly GraphBuilder _g = new();

    [Theory]
    [InlineData("add")]
    [InlineData("subtract")]
    [InlineData("where")]
    public void Causal_attention_with_a_mask_of_keys(string how)
    {
        string x = _g.Input("x", 1, "time", Features), mask = _g.Input("mask", OnnxElementType.Int64, 1, "time");
        var seen = _g.Node("Cast", [_g.Unsqueeze(mask, 1, 2)], ("to", 1L));
        string Masked(string scores) => how switch
        {
            "add" => _g.Node("Add", [scores, _g.Node("Mul", [_g.Node("Sub", [_g.Scalar(1), seen]), _g.Scalar(-1e9f)])]),
            "subtract" => _g.Node("Sub", [scores, _g.Node("Mul", [_g.Node("Sub", [_g.Scalar(1), seen]), _g.Scalar(10000)])]),
            _ => _g.Node("Where", [_g.Node("Cast", [seen], ("to", 9L)), scores, _g.Scalar(-1e9f)]),
        };
        var y = _g.Attention(x, Features, Heads, scores => _g.Where(_g.RangeMask(x), Masked(scores)));
        Streamed.Check(_g.Output(y), tokens: 2).Dispose();
    }

    [Theory]
    [InlineData("and")]
    [InlineData("or")]
    [InlineData("sum")]
    public void A_mask_of_keys_combined_with_the_causal_mask_first(string how)
    {
        string x = _g.Input("x", 1, "time", Features), mask = _g.Input("mask", OnnxElementType.Int64, 1, "time");
        string seen = _g.Unsqueeze(_g.Node("Greater", [mask, _g.Constant(OnnxTensor.Scalar(0L))]), 1, 2), causal = _g.RangeMask(x);
        string Number(string truth) =>
            _g.Node("Mul", [_g.Node("Sub", [_g.Scalar(1), _g.Node("Cast", [truth], ("to", 1L))]), _g.Scalar(-1e9f)]);
        var y = _g.Attention(x, Features, Heads, scores => how switch
        {
            "and" => _g.Where(_g.Node("And", [causal, seen]), scores),
            "or" => _g.Node("Where",
                [_g.Node("Or", [_g.Node("Not", [causal]), _g.Node("Not", [seen])]), _g.Scalar(float.NegativeInfinity), scores]),
            _ => _g.Node("Add", [scores, _g.Node("Add", [Number(causal), Number(seen)])]),
        });
        Streamed.Check(_g.Output(y), tokens: 3).Dispose();
    }

    [Fact]
    public void An_input_that_shifts_scores_without_hiding_keys_is_refused()
    {
        string x = _g.Input("x", 1, "time", Features), mask = _g.Input("mask", OnnxElementType.Bool, 1, "time");
        var shift = _g.Node("Where",
            [_g.RangeMask(x), _g.Unsqueeze(_g.Node("Cast", [mask], ("to", 1L)), 1, 2), _g.Scalar(float.NegativeInfinity)]);
        var error = Streamed.Refused(_g.Output(_g.Attention(x, Features, Heads, scores => _g.Node("Add", [scores, shift]))));
        Assert.Equal(ErrorCodes.NodeUnsupported, error.Code);
        Assert.Contains("'mask'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mean_over_the_elements_that_count()
    {
        var ids = _g.Input("ids", OnnxElementType.Int64, 1, "time");
        var counted = _g.Node("Not", [_g.Node("Equal", [ids, _g.Constant(OnnxTensor.Scalar(0L))])]);
        var embedded = _g.Node("Gather", [_g.Weights([8, Features]), ids]);
        var kept = _g.Node("Mul", [embedded, _g.Unsqueeze(_g.Node("Cast", [counted], ("to", 1L)), 2)]);
        var number = _g.Node("ReduceSum", [_g.Node("Cast", [counted], ("to", 7L)), _g.Ints(1)]);
        var divisor = _g.Node("Max", [_g.Node("Cast", [number], ("to", 1L)), _g.Scalar(1)]);
        Streamed.Check(_g.Output(_g.Node("Div", [_g.Node("ReduceSum", [kept, _g.Ints(1)], ("keepdims", 0L)), divisor]))).Dispose();
    }

    [Fact]
    public void Positions_that_count_the_mask()
    {
        string ids = _g.Input("ids", OnnxElementType.Int64, 1, "time"), mask = _g.Input("mask", OnnxElementType.Int64, 1, "time");
        var positions = _g.Node("Mul", [_g.Node("CumSum", [mask, _g.Constant(OnnxTensor.Scalar(1L))]), mask]);
        var clipped = _g.Node("Min", [positions, _g.Constant(OnnxTensor.Scalar(15L))]);
        var embedded = _g.Node("Add",
            [_g.Node("Gather", [_g.Weights([8, Features]), ids]), _g.Node("Gather", [_g.Weights([16, Features]), clipped])]);
        Streamed.Check(_g.Output(_g.Lstm(embedded, Features, 3)), tokens: 2).Dispose();
    }

    [Fact]
    public void Attention_pooling_of_the_elements_that_count()
    {
        string x = _g.Input("x", 1, "time", Features), mask = _g.Input("mask", 1, "time");
        var hidden = _g.Node("Mul", [_g.Node("Cast", [_g.Node("Less", [mask, _g.Scalar(0)])], ("to", 1L)), _g.Scalar(-1e9f)]);
        var weights = _g.Node("Softmax", [_g.Node("Add", [_g.Linear(x, Features, 1), _g.Unsqueeze(hidden, 2)])], ("axis", 1L));
        Streamed.Check(_g.Output(_g.Node("ReduceSum", [_g.Node("Mul", [weights, x]), _g.Ints(1)], ("keepdims", 0L)))).Dispose();
    }

    [Fact]
    public void A_gate_by_truth_values()
    {
        string x = _g.Input("x", 1, "time", Features), gate = _g.Input("gate", OnnxElementType.Bool, 1, "time");
        var y = _g.Node("Where", [_g.Unsqueeze(gate, 2), x, _g.Scalar(0)]);
        Streamed.Check(_g.Output(_g.Lstm(y, Features, 3)).Output(_g.Node("Not", [gate])), tokens: 2).Dispose();
    }

    /// <summary>Token ids are no mask, where features are as many as the elements of a fixed length.</summary>
    [Theory]
    [InlineData(Features)]
    [InlineData(Features + 3)]
    public void Attention_over_ids_of_a_fixed_length(int length)
    {
        var embedded = _g.Node("Gather", [_g.Weights([5, Features]), _g.Input("ids", OnnxElementType.Int64, 1, length)]);
        using var streamed = Streamed.Check(
            _g.Output(_g.Attention(embedded, Features, Heads, scores => _g.Causal(embedded, scores))), tokens: 5);
        Assert.Contains("Attention", streamed.Ops);
    }
}
