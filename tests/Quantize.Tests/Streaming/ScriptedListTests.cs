using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Lists of scripted PyTorch models: filled, read at their end and joined.</summary>
public sealed class ScriptedListTests
{
    private const int Inputs = 2;

    private readonly GraphBuilder _g = new();
    private readonly string _x;

    public ScriptedListTests() => _x = _g.Input("x", 1, "time", Inputs);

    /// <summary>for t in range(n): out.append(tanh(x[t] + out[-1] @ w))</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_loop_may_read_the_last_element_of_the_list_that_it_fills(long axis)
    {
        var first = _g.Constant(OnnxTensor.Filled(OnnxElementType.Float32, [1, Inputs], 0.5));
        var body = Body((b, i, list) => Cell(b, b.Node("Gather", [_x, i], ("axis", 1L)),
            b.Node("SequenceAt", [list, b.Constant(OnnxTensor.Scalar(-1L))])));
        Streamed.Check(_g.Output(Stacked(Filled(body, _g.Length(_x, 1), first), axis))).Dispose();
    }

    /// <summary>out = [x[0]]; for t in range(1, n): out.append(a * out[-1] + b * x[t])</summary>
    [Fact]
    public void The_first_element_of_the_list_may_be_that_of_the_sequence()
    {
        var first = _g.Node("Gather", [_x, _g.Constant(OnnxTensor.Scalar(0L))], ("axis", 1L));
        var body = Body((b, i, list) =>
        {
            var last = b.Node("SequenceAt", [list, b.Constant(OnnxTensor.Scalar(-1L))]);
            var place = b.Node("Add", [i, b.Constant(OnnxTensor.Scalar(1L))]);
            return Cell(b, b.Node("Gather", [_x, place], ("axis", 1L)), last);
        });
        var rest = _g.Node("Sub", [_g.Length(_x, 1), _g.Constant(OnnxTensor.Scalar(1L))]);
        using var streamed = Streamed.Check(_g.Output(_g.Node("Tanh", [Stacked(Filled(body, rest, first), 1)])));
        Assert.Equal(0, streamed.Delay);
    }

    /// <summary>h if t == 0 else out[-1], h if len(out) == 0 else out[-1], out[-1] if t > 0 else h; h is a constant, or follows from an
    /// input of the whole recording.</summary>
    [Theory]
    [InlineData("Equal", false, 0, true)]
    [InlineData("Equal", true, 0, false)]
    [InlineData("Greater", false, 0, false)]
    [InlineData("Less", true, 1, true)]
    public void The_first_iteration_may_take_something_else_than_the_last_element(
        string comparison, bool ofList, long limit, bool isComputed)
    {
        var start = isComputed ? _g.Linear(_g.Input("speaker", 1, 4), 4, Inputs)
            : _g.Constant(OnnxTensor.Filled(OnnxElementType.Float32, [1, Inputs], 0.5));
        var body = Body((b, i, list) =>
        {
            var number = ofList ? b.Node("SequenceLength", [list]) : i;
            var condition = b.Node("Cast", [b.Node(comparison, [number, b.Constant(OnnxTensor.Scalar(limit))])], ("to", 9L));
            var begin = b.Subgraph("begin", branch => [branch.Node("Identity", [start])]);
            var later = b.Subgraph("later",
                branch => [branch.Node("SequenceAt", [list, branch.Constant(OnnxTensor.Scalar(-1L))])]);
            var h = b.Node("If", [condition], ("then_branch", comparison == "Greater" ? later : begin),
                ("else_branch", comparison == "Greater" ? begin : later));
            return Cell(b, b.Node("Gather", [_x, i], ("axis", 1L)), h);
        });
        var list = _g.Node("Loop", [_g.Length(_x, 1), _g.Constant(OnnxTensor.Scalar(true)), _g.Node("SequenceEmpty", [])], ("body", body));
        Streamed.Check(_g.Output(Stacked(list, 1))).Dispose();
    }

    /// <summary>out = [x[0]]; for t in range(1, n): out.append(0.9 * out[-1] + 0.1 * x[t]): the shape of an element is that of the
    /// first.</summary>
    [Fact]
    public void The_first_element_of_the_list_tells_the_shape_of_the_others()
    {
        var first = _g.Node("Gather", [_x, _g.Constant(OnnxTensor.Scalar(0L))], ("axis", 1L));
        var body = Body((b, i, list) =>
        {
            var faded = b.Node("Mul", [b.Node("SequenceAt", [list, b.Constant(OnnxTensor.Scalar(-1L))]), b.Scalar(0.9f)]);
            var place = b.Node("Add", [i, b.Constant(OnnxTensor.Scalar(1L))]);
            return b.Node("Add", [faded, b.Node("Mul", [b.Node("Gather", [_x, place], ("axis", 1L)), b.Scalar(0.1f)])]);
        });
        var rest = _g.Node("Sub", [_g.Length(_x, 1), _g.Constant(OnnxTensor.Scalar(1L))]);
        Streamed.Check(_g.Output(_g.Node("Tanh", [Stacked(Filled(body, rest, first), 1)]))).Dispose();
    }

    [Fact]
    public void A_value_of_the_whole_recording_may_stand_in_front_of_a_sequence()
    {
        var token = _g.Unsqueeze(_g.Linear(_g.Input("speaker", 1, 4), 4, Inputs), 1);
        Streamed.Check(_g.Output(_g.Lstm(_g.Node("Concat", [token, _x], ("axis", 1L)), Inputs, 3))).Dispose();
    }

    /// <summary>while n - t > 0, or t - n &lt; 0</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_loop_may_go_on_while_something_is_left(bool isLeft)
    {
        var length = _g.Length(_x, 1);
        var body = _g.Subgraph("body", b =>
        {
            string i = b.Input("i", OnnxElementType.Int64), going = b.Input("going", OnnxElementType.Bool);
            string h = b.Input("h", OnnxElementType.Float32, 1, Inputs), t = b.Input("t", OnnxElementType.Int64);
            var next = Cell(b, b.Node("Gather", [_x, t], ("axis", 1L)), h);
            var after = b.Node("Add", [t, b.Constant(OnnxTensor.Scalar(1L))]);
            var zero = b.Constant(OnnxTensor.Scalar(0L));
            var left = isLeft ? b.Node("Greater", [b.Node("Sub", [length, after]), zero])
                : b.Node("Less", [b.Node("Sub", [after, length]), zero]);
            return [left, next, after, b.Node("Neg", [next])];
        });
        var zeros = _g.Constant(OnnxTensor.Filled(OnnxElementType.Float32, [1, Inputs], 0));
        var start = _g.Node("Greater", [length, _g.Constant(OnnxTensor.Scalar(0L))]);
        var y = _g.Node("Loop", [_g.Constant(OnnxTensor.Scalar(long.MaxValue)), start, zeros, _g.Constant(OnnxTensor.Scalar(0L))], 3,
            ("body", body));
        Streamed.Check(_g.Output(_g.Transpose(y[2], 1, 0, 2)).Output(y[0])).Dispose();
    }

    /// <summary>What PyTorch 1.13 writes for repeat_interleave: a loop over all elements, each of which is expanded. Time stands before the
    /// features, or behind them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Elements_that_a_loop_repeats_and_joins(int time)
    {
        const int Features = 3, Repeats = 2;
        var g = new GraphBuilder();
        var y = g.Node("Relu", [time == 1 ? g.Input("x", 1, "time", Features) : g.Input("x", 1, Features, "time")]);
        var length = g.Unsqueeze(g.Length(y, time), 0);
        var repeats = g.Node("Expand", [g.Constant(OnnxTensor.Scalar((long)Repeats)), length]);
        var ones = g.Node("ConstantOfShape", [g.Node("Shape", [repeats])], ("value", OnnxTensor.Vector(1)));
        var counts = g.Node("SplitToSequence", [repeats, ones], ("axis", 0L));
        var elements = g.Node("SplitToSequence", [y, ones], ("axis", (long)time));
        var body = Body(g, (b, i, list) =>
        {
            var element = b.Unsqueeze(b.Node("SequenceAt", [elements, i]), time + 1);
            var count = b.Node("SequenceAt", [counts, i]);
            string[] sizes = time == 1 ? [b.Ints(-1, 1), count, b.Ints(Features)] : [b.Ints(1, Features, 1), count, b.Ints()];
            var shape = b.Node("Concat", sizes, ("axis", 0L));
            var all = b.Node("ConstantOfShape", [b.Node("Shape", [shape])], ("value", OnnxTensor.Vector(1)));
            var open = b.Node("Equal", [shape, b.Node("Mul", [all, b.Constant(OnnxTensor.Scalar(-1L))])]);
            var expanded = b.Node("Expand", [element, b.Node("Where", [open, all, shape])]);
            return b.Node("Reshape", [expanded, time == 1 ? b.Ints(0, -1, Features) : b.Ints(1, Features, -1)]);
        }, 1);
        var loop = g.Node("Loop", [length, g.Constant(OnnxTensor.Scalar(true)), g.Node("SequenceEmpty", [])], ("body", body));
        var joined = g.Node("ConcatFromSequence", [loop], ("axis", (long)time));
        using var streamed = Streamed.Check(g.Output(g.Node("Tanh", [joined])), steps: 9);
        Assert.Equal(Repeats, streamed.Model.Outputs[0].Elements);
    }

    private static string Cell(GraphBuilder b, string x, string h) =>
        b.Node("Tanh", [b.Node("Add", [x, b.Node("MatMul", [h, b.Weights([Inputs, Inputs])])])]);

    private OnnxGraph Body(Func<GraphBuilder, string, string, string> element) => Body(_g, element);

    /// <summary>A body that puts an element behind the list that it carries.</summary>
    /// <param name="number">Dimensions of the iteration's number.</param>
    private static OnnxGraph Body(GraphBuilder g, Func<GraphBuilder, string, string, string> element, params OnnxDimension[] number)
    {
        return g.Subgraph("body", b =>
        {
            string i = b.Input("i", OnnxElementType.Int64, number), going = b.Input("going", OnnxElementType.Bool);
            var list = b.BodyInput("list");
            return [b.Node("Identity", [going]), b.Node("SequenceInsert", [list, element(b, i, list)])];
        });
    }

    private string Filled(OnnxGraph body, string count, string first) => _g.Node("Loop",
        [count, _g.Constant(OnnxTensor.Scalar(true)), _g.Node("SequenceConstruct", [first])], ("body", body));

    private string Stacked(string list, long axis) => _g.Node("ConcatFromSequence", [list], ("axis", axis), ("new_axis", 1L));
}
