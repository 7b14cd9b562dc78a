using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Onnx;

public sealed class OrtEvaluatorTests
{
    private static readonly Dictionary<string, OnnxTensor> X = new() { ["x"] = OnnxTensor.FromFloats([1, -2], 2) };

    [Fact]
    public void Every_wire_can_be_seen()
    {
        var builder = new GraphBuilder();
        var negated = builder.Node("Neg", [builder.Input("x", "time")]);
        var positive = builder.Node("Relu", [negated]);
        builder.Output(positive);

        var wires = OrtEvaluator.Evaluate(builder.Build(), X);

        Assert.Equal([1f, -2f], wires["x"].ToFloats());
        Assert.Equal([-1f, 2f], wires[negated].ToFloats());
        Assert.Equal([0f, 2f], wires[positive].ToFloats());
    }

    [Fact]
    public void A_wire_given_inside_the_graph_replaces_what_computes_it()
    {
        var builder = new GraphBuilder();
        var negated = builder.Node("Neg", [builder.Input("x", "time")]);
        var positive = builder.Node("Relu", [negated]);
        builder.Output(positive);
        var inner = new Dictionary<string, OnnxTensor> { [negated] = OnnxTensor.FromFloats([7], 1) };

        Assert.Equal([7f], OrtEvaluator.Evaluate(builder.Build(), inner, [positive])[positive].ToFloats());
    }

    [Fact]
    public void A_wanted_wire_whose_inputs_are_missing_is_refused()
    {
        var builder = new GraphBuilder();
        var sum = builder.Node("Add", [builder.Input("x", 2), builder.Input("y", 2)]);
        builder.Output(sum);

        var error = Assert.Throws<EdgeSeqException>(() => OrtEvaluator.Evaluate(builder.Build(), X, [sum]));

        Assert.Contains("'y'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_fails_names_the_node()
    {
        var builder = new GraphBuilder();
        var sum = builder.Node("Add", [builder.Input("x", "time"), builder.Constant(OnnxTensor.FromFloats([1, 2, 3], 3))]);
        builder.Output(sum);

        var error = Assert.Throws<EdgeSeqException>(() => OrtEvaluator.Evaluate(builder.Build(), X, [sum]));

        Assert.Contains("Add_1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_op_is_an_unsupported_graph()
    {
        var builder = new GraphBuilder().Domain("com.example", 1);
        builder.Output(builder.Node("com.example::Frobnicate", [builder.Input("x", 2)]));

        var error = Assert.Throws<EdgeSeqException>(() => TypeInference.Infer(builder.Build()));

        Assert.Equal(ErrorCodes.UnknownOp, error.Code);
        Assert.Contains("Frobnicate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_longer_than_its_limit_is_ended()
    {
        var builder = new GraphBuilder();
        var body = builder.Subgraph("forever", loop =>
        {
            loop.Input("iteration", OnnxElementType.Int64);
            var condition = loop.Input("condition_in", OnnxElementType.Bool);
            return [loop.Node("Identity", [condition]), loop.Node("Neg", [loop.BodyInput("carried_in")])];
        });
        var endless = builder.Constant(OnnxTensor.Scalar(long.MaxValue));
        builder.Output(builder.Node("Loop", [endless, "", builder.Input("x", 2)], ("body", body)), "y");

        var error = Assert.Throws<EdgeSeqException>(
            () => OrtEvaluator.Evaluate(builder.Build(), X, ["y"], TimeSpan.FromMilliseconds(100)));

        Assert.Equal(ErrorCodes.OnnxRuntimeFails, error.Code);
    }

    [Fact]
    public void The_original_model_takes_float32_for_half_precision()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", OnnxElementType.Float16, 2);
        builder.Output(builder.Node("Neg", [x]), "y");
        using var session = OrtSession.Open(builder.Build());

        Assert.Equal([-1f, 2f], session.Run(X)["y"].ToFloats());
    }

    [Fact]
    public void Types_tell_scalars_from_wires_of_unknown_rank()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", "time", 3);
        var scalar = builder.Node("ReduceSum", [x], ("keepdims", 0L));
        var anyRank = builder.Node("Reshape", [x, builder.Input("shape", OnnxElementType.Int64, "rank")]);
        builder.Output(scalar).Output(anyRank);

        var types = TypeInference.Infer(builder.Build());

        Assert.Empty(types[scalar].Dims!);
        Assert.Null(types[anyRank].Dims);
        Assert.Equal(["time", 3], types["x"].Dims!);
    }

    [Fact]
    public void Types_of_large_models_do_not_need_their_weights_values()
    {
        var builder = new GraphBuilder();
        var product = builder.Node("MatMul", [builder.Input("x", "time", 64), builder.Weights([64, 128])]);
        builder.Output(product);

        Assert.Equal(["time", 128], TypeInference.Infer(builder.Build())[product].Dims!);
    }
}
