using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.Streaming.Rules;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

public sealed class ControlFlowTests
{
    private const int Inputs = 3, Hidden = 5;

    private readonly GraphBuilder _g = new();

    [Fact]
    public void Projection_inside_a_loop_over_time()
    {
        var x = _g.Input("x", "time", 1, Inputs);
        string w = _g.Weights([Inputs + 2, 4 * Hidden]), projection = _g.Weights([Hidden, 2]);
        string h0 = _g.Constant(OnnxTensor.FromFloats(new float[2], 1, 2)),
            c0 = _g.Constant(OnnxTensor.FromFloats(new float[Hidden], 1, Hidden));
        var body = _g.Subgraph("body", b =>
        {
            string h = b.BodyInput("h"), c = b.BodyInput("c"), input = b.BodyInput("xt");
            var gates = b.Node("Split", [b.Node("MatMul", [b.Node("Concat", [input, h], ("axis", 1L)), w])], 4, ("axis", 1L));
            var next = b.Node("Add", [b.Node("Mul", [b.Node("Sigmoid", [gates[0]]), c]),
                b.Node("Mul", [b.Node("Sigmoid", [gates[1]]), b.Node("Tanh", [gates[2]])])]);
            var hidden = b.Node("MatMul", [b.Node("Mul", [b.Node("Sigmoid", [gates[3]]), b.Node("Tanh", [next])]), projection]);
            return [b.Node("Identity", [hidden]), b.Node("Identity", [next]), b.Node("Identity", [hidden])];
        });
        var y = _g.Node("Scan", [h0, c0, x], 3, ("body", body), ("num_scan_inputs", 1L));
        Streamed.Check(_g.Output(y[2]).Output(y[0])).Dispose();
    }

    [Fact]
    public void Recurrence_with_norm_as_a_loop_over_the_length()
    {
        var x = _g.Input("x", "time", 1, Inputs);
        string w = _g.Weights([Inputs + Hidden, Hidden]), scale = _g.Weights([Hidden], 1);
        var h0 = _g.Constant(OnnxTensor.FromFloats(new float[Hidden], 1, Hidden));
        var body = _g.Subgraph("body", b =>
        {
            string i = b.Input("i", OnnxElementType.Int64), going = b.Input("going", OnnxElementType.Bool),
                h = b.Input("h", OnnxElementType.Float32, 1, Hidden);
            var element = b.Node("Gather", [x, i], ("axis", 0L));
            var sum = b.Node("MatMul", [b.Node("Concat", [element, h], ("axis", 1L)), w]);
            var next = b.Node("Tanh", [b.Node("LayerNormalization", [sum, scale], ("axis", -1L))]);
            return [b.Node("Identity", [going]), next, b.Node("Relu", [next])];
        });
        var y = _g.Node("Loop", [_g.Length(x, 0), _g.Constant(OnnxTensor.Scalar(true)), h0], 2, ("body", body));
        Streamed.Check(_g.Output(y[1]).Output(y[0])).Dispose();
    }

    [Theory]
    [InlineData("ScatterND")]
    [InlineData("Concat")]
    [InlineData("Where")]
    public void A_tensor_that_the_iterations_fill_is_a_stacked_output(string fills)
    {
        var x = _g.Input("x", 1, "time", Inputs);
        string w = _g.Weights([Inputs + Hidden, Hidden]), length = _g.Node("Shape", [x], ("start", 1L), ("end", 2L));
        var h0 = _g.Constant(OnnxTensor.FromFloats(new float[Hidden], 1, Hidden));
        var filled = fills == "Concat" ? _g.Constant(OnnxTensor.FromFloats([], 1, 0, Hidden))
            : _g.Node("ConstantOfShape", [_g.Node("Concat", [_g.Ints(1), length, _g.Ints(Hidden)], ("axis", 0L))]);
        var body = _g.Subgraph("body", b =>
        {
            string i = b.Input("i", OnnxElementType.Int64), going = b.Input("going", OnnxElementType.Bool),
                h = b.Input("h", OnnxElementType.Float32, 1, Hidden), ys = b.Input("ys", OnnxElementType.Float32, 1, "filled", Hidden);
            var next = b.Node("Tanh", [b.Node("MatMul",
                [b.Node("Concat", [b.Node("Gather", [x, i], ("axis", 1L)), h], ("axis", 1L)), w])]);
            var place = b.Node("Concat", [b.Ints(0), b.Node("Reshape", [i, b.Ints(1)])], ("axis", 0L));
            var isPlace = b.Node("Equal", [b.Node("Range", [b.Constant(OnnxTensor.Scalar(0L)), b.Node("Squeeze", [length]),
                b.Constant(OnnxTensor.Scalar(1L))]), i]);
            var more = fills switch
            {
                "ScatterND" => b.Node("ScatterND", [ys, b.Node("Unsqueeze", [place, b.Ints(0)]), next]),
                "Concat" => b.Node("Concat", [ys, b.Node("Unsqueeze", [next, b.Ints(1)])], ("axis", 1L)),
                _ => b.Node("Where", [b.Node("Unsqueeze", [isPlace, b.Ints(1)]), b.Node("Unsqueeze", [next, b.Ints(1)]), ys]),
            };
            return [b.Node("Identity", [going]), next, more];
        });
        var y = _g.Node("Loop", [_g.Length(x, 1), _g.Constant(OnnxTensor.Scalar(true)), h0, filled], 2, ("body", body));
        Streamed.Check(_g.Output(y[1])).Dispose();
    }

    [Fact]
    public void An_input_that_decides_between_shapes_is_named_with_its_number()
    {
        string x = _g.Input("x", 1, "time", Inputs), rate = _g.Input("rate", OnnxElementType.Int64);
        string wide = _g.Weights([Inputs, 4]), narrow = _g.Weights([Inputs, 2]);
        var condition = _g.Node("Equal", [rate, _g.Constant(OnnxTensor.Scalar(16000L))]);
        OnnxGraph Branch(string name, string weights) => _g.Subgraph(name, b => [b.Node("MatMul", [x, weights])]);
        var z = _g.Node("If", [condition], ("then_branch", Branch("then", wide)), ("else_branch", Branch("else", narrow)));
        var error = Streamed.Refused(_g.Output(_g.Node("ReduceSum", [z, _g.Ints(-1)], ("keepdims", 0L))));
        Assert.Contains("--set rate=16000", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_that_uses_its_counter()
    {
        var x = _g.Input("x", "time", Inputs);
        var body = _g.Subgraph("body", b =>
        {
            string i = b.Input("i", OnnxElementType.Int64), going = b.Input("going", OnnxElementType.Bool),
                h = b.Input("h", OnnxElementType.Float32, Inputs);
            var weighted = b.Node("Mul", [b.Node("Gather", [x, i], ("axis", 0L)), b.Node("Cast", [i], ("to", 1L))]);
            return [b.Node("Identity", [going]), b.Node("Add", [h, weighted])];
        });
        var y = _g.Node("Loop", [_g.Length(x, 0), "", _g.Constant(OnnxTensor.FromFloats(new float[Inputs], Inputs))], ("body", body));
        Streamed.Check(_g.Output(y)).Dispose();
    }

    [Fact]
    public void Layers_in_a_loop_of_constant_count()
    {
        var x = _g.Input("x", 1, "time", 4);
        var w = _g.Weights([3, 4, 4]);
        var body = _g.Subgraph("body", b =>
        {
            string i = b.Input("i", OnnxElementType.Int64), going = b.Input("going", OnnxElementType.Bool), h = b.BodyInput("h");
            return [b.Node("Identity", [going]), b.Node("Tanh", [b.Node("MatMul", [h, b.Node("Gather", [w, i], ("axis", 0L))])])];
        });
        var y = _g.Node("Loop", [_g.Constant(OnnxTensor.Scalar(3L)), "", x], ("body", body));
        Streamed.Check(_g.Output(y)).Dispose();
    }

    [Fact]
    public void A_scan_over_features_is_repeated()
    {
        var x = _g.Input("x", 4, 2);
        var body = _g.Subgraph("body", b =>
        {
            string sum = b.BodyInput("sum"), element = b.BodyInput("element");
            var next = b.Node("Add", [sum, element]);
            return [next, b.Node("Mul", [next, next])];
        });
        var y = _g.Node("Scan", [_g.Constant(OnnxTensor.FromFloats([1, 2], 2)), x], 2, ("body", body), ("num_scan_inputs", 1L),
            ("scan_input_directions", (long[])[1]), ("scan_output_axes", (long[])[1]));
        OneStep.Check(_g.Output(y[0]).Output(y[1]));
    }

    [Fact]
    public void A_scan_from_the_end_of_time_is_refused()
    {
        var x = _g.Input("x", "time", 2);
        var body = _g.Subgraph("body", b =>
        {
            string sum = b.BodyInput("sum"), element = b.BodyInput("element");
            var next = b.Node("Add", [sum, element]);
            return [next, b.Node("Identity", [next])];
        });
        var y = _g.Node("Scan", [_g.Constant(OnnxTensor.FromFloats([1, 2], 2)), x], 2, ("body", body), ("num_scan_inputs", 1L),
            ("scan_input_directions", (long[])[1]));

        var error = Streamed.Refused(_g.Output(y[1]));

        Assert.Equal(ErrorCodes.NotCausal, error.Code);
        Assert.Contains("'Scan_", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void States_that_are_exchanged_keep_their_values_until_both_are_set()
    {
        // Each step gives the elements before and before that: a shift register of two states.
        var x = _g.Input("x", "time", 2);
        var body = _g.Subgraph("body", b =>
        {
            string one = b.BodyInput("one"), two = b.BodyInput("two"), element = b.BodyInput("element");
            return [b.Node("Identity", [element]), b.Node("Identity", [one]), b.Node("Identity", [two])];
        });
        var zeros = _g.Constant(OnnxTensor.FromFloats([0, 0], 2));
        var y = _g.Node("Scan", [zeros, zeros, x], 3, ("body", body), ("num_scan_inputs", 1L));
        Streamed.Check(_g.Output(y[2])).Dispose();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 0)]
    public void A_list_that_a_loop_fills_and_that_is_joined(long axis, long newAxis)
    {
        var x = _g.Input("x", 1, "time", Inputs);
        var w = _g.Weights([Inputs, Inputs]);
        var body = _g.Subgraph("body", b =>
        {
            string i = b.Input("i", OnnxElementType.Int64), going = b.Input("going", OnnxElementType.Bool);
            string h = b.Input("h", OnnxElementType.Float32, 1, Inputs), list = b.BodyInput("list");
            var next = b.Node("Tanh", [b.Node("Add", [b.Node("Gather", [x, i], ("axis", 1L)), b.Node("MatMul", [h, w])])]);
            var element = newAxis == 1 ? next : b.Unsqueeze(next, 1);
            return [b.Node("Identity", [going]), next, b.Node("SequenceInsert", [list, element])];
        });
        var zeros = _g.Constant(OnnxTensor.FromFloats(new float[Inputs], 1, Inputs));
        var y = _g.Node("Loop", [_g.Length(x, 1), _g.Constant(OnnxTensor.Scalar(true)), zeros, _g.Node("SequenceEmpty", [])], 2,
            ("body", body));
        var joined = _g.Node("ConcatFromSequence", [y[1]], ("axis", axis), ("new_axis", newAxis));
        Streamed.Check(_g.Output(joined).Output(y[0])).Dispose();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 0)]
    public void A_list_may_start_with_an_element_in_front_of_the_loop(long axis, long newAxis)
    {
        // out = [h], and a range of step 1 over all elements.
        var x = _g.Input("x", 1, "time", Inputs);
        var w = _g.Weights([Inputs, Inputs]);
        var first = _g.Constant(OnnxTensor.Filled(OnnxElementType.Float32, [1, Inputs], 0.5));
        var body = _g.Subgraph("body", b =>
        {
            string i = b.Input("i", OnnxElementType.Int64), going = b.Input("going", OnnxElementType.Bool);
            string h = b.Input("h", OnnxElementType.Float32, 1, Inputs), list = b.BodyInput("list");
            var place = b.Node("Mul", [i, b.Constant(OnnxTensor.Scalar(1L))]);
            var next = b.Node("Tanh", [b.Node("Add", [b.Node("Gather", [x, place], ("axis", 1L)), b.Node("MatMul", [h, w])])]);
            return [b.Node("Identity", [going]), next, b.Node("SequenceInsert", [list, newAxis == 1 ? next : b.Unsqueeze(next, 1)])];
        });
        var list = _g.Node("SequenceConstruct", [newAxis == 1 ? first : _g.Unsqueeze(first, 1)]);
        var y = _g.Node("Loop", [_g.Length(x, 1), _g.Constant(OnnxTensor.Scalar(true)), first, list], 2, ("body", body));
        var joined = _g.Node("ConcatFromSequence", [y[1]], ("axis", axis), ("new_axis", newAxis));
        Streamed.Check(_g.Output(joined)).Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_loop_carries_starts_with_a_computed_value(bool fromFirstElement)
    {
        var x = _g.Input("x", "time", 1, Inputs);
        var first = fromFirstElement ? _g.Node("Gather", [x, _g.Constant(OnnxTensor.Scalar(0L))], ("axis", 0L))
            : _g.Input("context", 1, Inputs);
        var body = _g.Subgraph("body", b =>
        {
            string h = b.BodyInput("h"), element = b.BodyInput("element");
            var next = b.Node("Tanh", [b.Node("Sub", [element, h])]);
            return [next, b.Node("Neg", [next])];
        });
        var y = _g.Node("Scan", [_g.Linear(first, Inputs, Inputs), x], 2, ("body", body), ("num_scan_inputs", 1L));
        Streamed.Check(_g.Output(y[1])).Dispose();
    }

    [Fact]
    public void What_a_loop_carries_may_not_grow()
    {
        var x = _g.Input("x", "time", 2);
        var body = _g.Subgraph("body", b =>
        {
            string i = b.Input("i", OnnxElementType.Int64), going = b.Input("going", OnnxElementType.Bool),
                all = b.Input("all", OnnxElementType.Float32, "count", 2);
            return [b.Node("Identity", [going]),
                b.Node("Concat", [b.Unsqueeze(b.Node("Gather", [x, i], ("axis", 0L)), 0), all], ("axis", 0L))];
        });
        var y = _g.Node("Loop", [_g.Length(x, 0), "", _g.Constant(OnnxTensor.FromFloats([], 0, 2))], ("body", body));

        var error = Streamed.Refused(_g.Output(y));

        Assert.Equal(ErrorCodes.NodeUnsupported, error.Code);
        Assert.Contains("grows from one iteration to the next", error.Message, StringComparison.Ordinal);
    }
}
