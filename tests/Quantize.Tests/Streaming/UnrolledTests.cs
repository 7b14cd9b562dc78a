using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Graphs in which an exporter wrote a loop over a fixed time out.</summary>
public sealed class UnrolledTests
{
    private const int Time = 6, Inputs = 3, Hidden = 4;

    private readonly GraphBuilder _g = new();

    [Fact]
    public void Copies_of_an_lstm_cell_are_one_recurrent_step_op()
    {
        var x = _g.Input("x", 1, Time, Inputs);
        string w = _g.Weights([Inputs, 4 * Hidden]), r = _g.Weights([Hidden, 4 * Hidden]), b = _g.Weights([4 * Hidden]);
        string h = _g.Constant(OnnxTensor.FromFloats(new float[Hidden], 1, Hidden)), c = h;
        for (var t = 0; t < Time; t++)
            (h, c) = Lstm(Element(x, t), h, c, w, r, b);

        using var streamed = Streamed.Check(_g.Output(h));

        Assert.Single(streamed.Ops, op => op == "LSTM");
        Assert.DoesNotContain("Linear", streamed.Ops);
    }

    [Fact]
    public void The_first_copy_may_lack_the_state_that_is_zero()
    {
        var x = _g.Input("x", 1, Time, Inputs);
        string w = _g.Weights([Inputs, Hidden]), r = _g.Weights([Hidden, Hidden]);
        var h = _g.Node("Tanh", [_g.Node("MatMul", [Element(x, 0), w])]);
        for (var t = 1; t < Time; t++)
            h = _g.Node("Tanh", [_g.Node("Add", [_g.Node("MatMul", [Element(x, t), w]), _g.Node("MatMul", [h, r])])]);

        using var streamed = Streamed.Check(_g.Output(h));

        Assert.Single(streamed.Ops, op => op == "RNN");
    }

    [Fact]
    public void A_cell_on_an_input_that_was_projected_at_once_has_one_input_matrix()
    {
        var x = _g.Input("x", Time, 1, Inputs);
        var projected = _g.Node("Add", [_g.Node("MatMul", [x, _g.Weights([Inputs, Hidden])]), _g.Weights([Hidden])]);
        string r = _g.Weights([Hidden, Hidden]), b = _g.Weights([Hidden]);
        var h = _g.Constant(OnnxTensor.FromFloats(new float[Hidden], 1, 1, Hidden));
        var outputs = new List<string>();
        for (var t = 0; t < Time; t++)
        {
            var element = _g.Node("Squeeze", [_g.Node("Slice", [projected, _g.Ints(t), _g.Ints(t + 1), _g.Ints(0)]), _g.Ints(0)]);
            h = _g.Node("Relu", [_g.Node("Add", [_g.Node("Add", [_g.Node("MatMul", [h, r]), b]), element])]);
            outputs.Add(h);
        }

        using var streamed = Streamed.Check(_g.Output(_g.Node("Concat", [.. outputs], ("axis", 0L))));

        Assert.Equal(["RNN"], streamed.Ops);
    }

    [Fact]
    public void Copies_with_other_weights_are_no_loop()
    {
        var x = _g.Input("x", 1, Time, Inputs);
        var h = _g.Constant(OnnxTensor.FromFloats(new float[Hidden], 1, Hidden));
        for (var t = 0; t < Time; t++)
        {
            h = _g.Node("Tanh", [_g.Node("Add", [_g.Node("MatMul", [Element(x, t), _g.Weights([Inputs, Hidden])]),
                _g.Node("MatMul", [h, _g.Weights([Hidden, Hidden])])])]);
        }

        Assert.Contains("was written out", Streamed.Refused(_g.Output(h)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_same_layers_on_every_element_run_on_the_sequence(int axis)
    {
        var x = _g.Input("x", 1, Time, Inputs);
        string w = _g.Weights([Inputs, Hidden]), b = _g.Weights([Hidden]);
        string[] outputs = [.. Enumerable.Range(0, Time).Select(t =>
        {
            var dense = _g.Node("Relu", [_g.Node("Add", [_g.Node("MatMul", [Element(x, t), w]), b])]);
            return _g.Node("Unsqueeze", [_g.Node("Softmax", [dense], ("axis", -1L)), _g.Ints(axis)]);
        })];

        using var streamed = Streamed.Check(_g.Output(_g.Node("Concat", outputs, ("axis", (long)axis))));

        Assert.Single(streamed.Ops, op => op == "Linear");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Copies_of_a_cell_of_its_own_are_a_stream(bool sequence)
    {
        var outputs = Own(_g.Input("x", 1, Time, Inputs), Inputs, beginsWith: 0.5f);
        var y = sequence ? Joined(outputs) : _g.Node("MatMul", [outputs[^1], _g.Weights([Hidden, 2])]);

        using var streamed = Streamed.Check(_g.Output(y));

        Assert.Equal(1, streamed.Ops.Count(op => op == "Unary"));
    }

    [Fact]
    public void Copies_of_own_cells_in_layers_are_a_stream()
    {
        var first = Joined(Own(_g.Input("x", 1, Time, Inputs), Inputs, beginsWith: 0));
        var second = Joined(Own(_g.Node("Relu", [first]), Hidden, beginsWith: 0));

        using var streamed = Streamed.Check(_g.Output(second));

        // Two sines and the layer between.
        Assert.Equal(3, streamed.Ops.Count(op => op == "Unary"));
    }

    [Fact]
    public void Copies_of_own_cells_that_run_in_turns_are_a_stream()
    {
        var x = _g.Input("x", 1, Time, Inputs);
        var (first, second) = (OwnWeights(Inputs), OwnWeights(Hidden));
        string h = Start(0), k = Start(0.25f);
        var outputs = new List<string>();
        for (var t = 0; t < Time; t++)
        {
            h = Own(Element(x, t), h, first);
            k = Own(h, k, second);
            outputs.Add(k);
        }

        using var streamed = Streamed.Check(_g.Output(Joined(outputs)));

        Assert.Equal(2, streamed.Ops.Count(op => op == "Unary"));
    }

    [Fact]
    public void Copies_whose_state_is_a_matrix_are_a_stream()
    {
        // Outer products of keys and values that fade, read by queries.
        var x = _g.Input("x", 1, Time, Inputs);
        string[] projected = [.. Enumerable.Range(0, 3).Select(_ => _g.Node("MatMul", [x, _g.Weights([Inputs, Hidden])]))];
        var memory = _g.Constant(OnnxTensor.FromFloats(new float[Hidden * Hidden], 1, Hidden, Hidden));
        var outputs = new List<string>();
        for (var t = 0; t < Time; t++)
        {
            var (q, k, v) = (Element(projected[0], t), Element(projected[1], t), Element(projected[2], t));
            var product = _g.Node("MatMul", [_g.Node("Unsqueeze", [k, _g.Ints(2)]), _g.Node("Unsqueeze", [v, _g.Ints(1)])]);
            memory = _g.Node("Add", [_g.Node("Mul", [memory, _g.Scalar(0.9f)]), product]);
            outputs.Add(_g.Node("Squeeze", [_g.Node("MatMul", [_g.Node("Unsqueeze", [q, _g.Ints(1)]), memory]), _g.Ints(1)]));
        }

        Streamed.Check(_g.Output(Joined(outputs))).Dispose();
    }

    [Fact]
    public void Copies_that_go_on_by_another_number_each_are_no_loop()
    {
        string x = _g.Input("x", 1, Time, Inputs), weights = _g.Weights([Inputs, Hidden]), h = Start(0);
        for (var t = 0; t < Time; t++)
        {
            var projected = _g.Node("MatMul", [Element(x, t), _g.Weights([Inputs, Hidden])]);
            h = _g.Node("Sin", [_g.Node("Add", [projected, _g.Node("Mul", [h, _g.Scalar(t)])])]);
        }

        Assert.Contains("was written out", Streamed.Refused(_g.Output(h)).Message, StringComparison.Ordinal);
    }

    private string Start(float value) => _g.Constant(OnnxTensor.Filled(OnnxElementType.Float32, [1, Hidden], value));

    private string[] OwnWeights(int inputs) => [_g.Weights([inputs, Hidden]), _g.Weights([Hidden, Hidden])];

    private List<string> Own(string x, int inputs, float beginsWith)
    {
        var weights = OwnWeights(inputs);
        var h = Start(beginsWith);
        return [.. Enumerable.Range(0, Time).Select(t => h = Own(Element(x, t), h, weights))];
    }

    private string Own(string x, string h, string[] weights)
    {
        var recurrent = _g.Node("MatMul", [h, weights[1]]);
        return _g.Node("Sin", [_g.Node("Add", [_g.Node("MatMul", [x, weights[0]]), _g.Node("Mul", [recurrent, recurrent])])]);
    }

    private string Joined(IEnumerable<string> elements) =>
        _g.Node("Concat", [.. elements.Select(element => _g.Node("Unsqueeze", [element, _g.Ints(1)]))], ("axis", 1L));

    private string Element(string x, int t) =>
        _g.Node("Squeeze", [_g.Node("Slice", [x, _g.Ints(t), _g.Ints(t + 1), _g.Ints(1)]), _g.Ints(1)]);

    private (string H, string C) Lstm(string x, string h, string c, string w, string r, string b)
    {
        var gates = _g.Node("Split",
            [_g.Node("Add", [_g.Node("Add", [_g.Node("MatMul", [x, w]), _g.Node("MatMul", [h, r])]), b])], 4, ("axis", 1L));
        var next = _g.Node("Add", [_g.Node("Mul", [_g.Node("Sigmoid", [gates[1]]), c]),
            _g.Node("Mul", [_g.Node("Sigmoid", [gates[0]]), _g.Node("Tanh", [gates[2]])])]);
        return (_g.Node("Mul", [_g.Node("Sigmoid", [gates[3]]), _g.Node("Tanh", [next])]), next);
    }
}
