using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Loops from the last element to the first: windows, in which a known cell is one recurrent layer.</summary>
public sealed class ReversedLoopTests
{
    private const int Inputs = 3, Hidden = 4, Window = 9;

    private readonly GraphBuilder _g = new();

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, 1)]
    public void A_scan_that_reads_or_writes_from_the_end(long reads, long writes, long axis)
    {
        var x = axis == 0 ? _g.Input("x", "time", 1, Inputs) : _g.Input("x", 1, "time", Inputs);
        string w = _g.Weights([Inputs, Hidden]), u = _g.Weights([Hidden, Hidden]);
        var body = _g.Subgraph("body", b =>
        {
            string h = b.Input("h", OnnxElementType.Float32, 1, Hidden), element = b.Input("element", OnnxElementType.Float32, 1, Inputs);
            var next = b.Node("Tanh", [b.Node("Add", [b.Node("MatMul", [element, w]), b.Node("MatMul", [h, u])])]);
            return [next, b.Node("Neg", [next])];
        });
        var y = _g.Node("Scan", [Zeros(), x], 2, ("body", body), ("num_scan_inputs", 1L), ("scan_input_directions", (long[])[reads]),
            ("scan_output_directions", (long[])[writes]), ("scan_input_axes", (long[])[axis]), ("scan_output_axes", (long[])[axis]));
        CheckWindows(_g.Output(y[1]).Output(y[0]));
    }

    [Theory]
    [InlineData("Sub")]
    [InlineData("Mul")]
    [InlineData("Neg")]
    public void An_index_that_falls_with_each_iteration(string written)
    {
        var x = _g.Input("x", "time", 1, Inputs);
        var length = _g.Length(x, 0);
        var y = Loop(x, length, (b, i) => written switch
        {
            "Sub" => b.Node("Sub", [b.Node("Sub", [length, One(b)]), i]),
            "Mul" => b.Node("Add", [b.Node("Mul", [i, b.Constant(OnnxTensor.Scalar(-1L))]), b.Node("Sub", [length, One(b)])]),
            _ => b.Node("Sub", [b.Node("Neg", [i]), One(b)]),
        });
        CheckWindows(_g.Output(y[1]).Output(y[0]));
    }

    [Fact]
    public void Its_known_cell_is_one_recurrent_layer()
    {
        var x = _g.Input("x", Window, 1, Inputs);
        var y = Loop(x, _g.Constant(OnnxTensor.Scalar((long)Window)), (b, i) =>
            b.Node("Sub", [b.Constant(OnnxTensor.Scalar(Window - 1L)), i]));
        using var window = Streamed.CheckWindow(_g.Output(y[0]), Window, hop: 2);
        Assert.Contains("RNN", window.Ops);
    }

    [Fact]
    public void A_tensor_that_is_filled_from_its_end()
    {
        var x = _g.Input("x", "time", 1, Inputs);
        var length = _g.Length(x, 0);
        var body = _g.Subgraph("body", b =>
        {
            string i = b.Input("i", OnnxElementType.Int64), going = b.Input("going", OnnxElementType.Bool);
            var all = b.BodyInput("all");
            var place = b.Node("Sub", [b.Node("Sub", [length, One(b)]), i]);
            var next = b.Node("Tanh", [b.Node("Gather", [x, i], ("axis", 0L))]);
            var written = b.Node("ScatterND", [all, b.Node("Reshape", [place, b.Ints(1, 1)]), b.Unsqueeze(next, 0)]);
            return [b.Node("Identity", [going]), written];
        });
        var start = _g.Node("Mul", [x, _g.Scalar(0)]);
        CheckWindows(_g.Output(_g.Node("Loop", [length, "", start], ("body", body))));
    }

    [Fact]
    public void Copies_of_a_cell_from_the_last_element_to_the_first_are_one_recurrent_layer()
    {
        var x = _g.Input("x", Window, 1, Inputs);
        string w = _g.Weights([Inputs, Hidden]), u = _g.Weights([Hidden, Hidden]);
        var h = Zeros();
        for (var t = Window - 1; t >= 0; t--)
        {
            var element = _g.Node("Gather", [x, _g.Constant(OnnxTensor.Scalar((long)t))], ("axis", 0L));
            h = _g.Node("Tanh", [_g.Node("Add", [_g.Node("MatMul", [element, w]), _g.Node("MatMul", [h, u])])]);
        }

        using var window = Streamed.CheckWindow(_g.Output(h), Window, hop: 2);
        Assert.Equal(1, window.Ops.Count(op => op == "RNN"));
    }

    private static string One(GraphBuilder b) => b.Constant(OnnxTensor.Scalar(1L));

    private string Zeros() => _g.Constant(OnnxTensor.FromFloats(new float[Hidden], 1, Hidden));

    private string[] Loop(string x, string trips, Func<GraphBuilder, string, string> index)
    {
        string w = _g.Weights([Inputs, Hidden]), u = _g.Weights([Hidden, Hidden]);
        var body = _g.Subgraph("body", b =>
        {
            string i = b.Input("i", OnnxElementType.Int64), going = b.Input("going", OnnxElementType.Bool);
            var h = b.Input("h", OnnxElementType.Float32, 1, Hidden);
            var element = b.Node("Gather", [x, index(b, i)], ("axis", 0L));
            var next = b.Node("Tanh", [b.Node("Add", [b.Node("MatMul", [element, w]), b.Node("MatMul", [h, u])])]);
            return [b.Node("Identity", [going]), next, b.Node("Identity", [next])];
        });
        return _g.Node("Loop", [trips, "", Zeros()], 2, ("body", body));
    }

    /// <summary>Refused for streams, with windows as the way out, and exact in them.</summary>
    private static void CheckWindows(GraphBuilder graph)
    {
        var refused = Streamed.Refused(graph);
        Assert.Equal(ErrorCodes.NotCausal, refused.Code);
        Assert.Contains("--mode window --window", refused.Hint, StringComparison.Ordinal);
        Streamed.CheckWindows(graph, Window, hop: 2);
    }
}
