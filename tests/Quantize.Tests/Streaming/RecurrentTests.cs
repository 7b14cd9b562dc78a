using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

public sealed class RecurrentTests
{
    private const int Inputs = 3, Hidden = 5;
    private readonly GraphBuilder _g = new();

    public static TheoryData<string> Ops => ["LSTM", "GRU", "RNN"];

    [Theory]
    [MemberData(nameof(Ops))]
    public void Every_output(string op)
    {
        var y = Layer(op, TimeFirst(), op == "LSTM" ? 3 : 2);
        foreach (var output in y)
            _g.Output(output);
        Streamed.Check(_g).Dispose();
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void Batch_first_layout_of_the_node(string op)
    {
        var y = Layer(op, _g.Input("x", 1, "time", Inputs), 2, ("layout", 1L));
        _g.Output(y[0], "y").Output(y[1], "last");

        // ONNX Runtime does not run this layout.
        var timeFirst = new GraphBuilder();
        var z = Layer(timeFirst, op, timeFirst.Transpose(timeFirst.Input("x", 1, "time", Inputs), 1, 0, 2), 2);
        timeFirst.Output(timeFirst.Transpose(z[0], 2, 0, 1, 3), "y").Output(timeFirst.Transpose(z[1], 1, 0, 2), "last");
        Streamed.Check(_g, oracle: timeFirst).Dispose();
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void Initial_states(string op)
    {
        string[] states = op == "LSTM" ? [_g.Weights([1, 1, Hidden]), _g.Weights([1, 1, Hidden])] : [_g.Weights([1, 1, Hidden])];
        var y = _g.Node(op, [TimeFirst(), .. Weights(op), "", .. states], 2, ("hidden_size", (long)Hidden));
        Streamed.Check(_g.Output(y[0]).Output(y[1])).Dispose();
    }

    [Theory]
    [InlineData("LSTM", 4)]
    [InlineData("GRU", 3)]
    public void Bands_of_each_element_in_both_directions(string op, int gates)
    {
        const int Bands = 4, Features = 3, Hidden = 5;
        var g = new GraphBuilder(opset: 17);
        var x = g.Input("x", 1, "time", Bands, Features);
        var bands = g.Transpose(g.Reshape(x, -1, Bands, Features), 1, 0, 2);
        var shape = g.Node("Concat", [g.Ints(2), g.Unsqueeze(g.Length(x, 1), 0), g.Ints(Hidden)], ("axis", 0L));
        var zeros = g.Node("ConstantOfShape", [shape]);
        string[] inputs = [bands, g.Weights([2, gates * Hidden, Features]), g.Weights([2, gates * Hidden, Hidden]), "", "", zeros];
        var y = g.Node(op, op == "LSTM" ? [.. inputs, zeros] : inputs, ("hidden_size", (long)Hidden), ("direction", "bidirectional"));
        Streamed.Check(g.Output(g.Node("Tanh", [g.Transpose(y, 2, 0, 1, 3)]))).Dispose();
    }

    [Fact]
    public void An_initial_state_computed_from_an_input_without_time_axis()
    {
        var context = _g.Unsqueeze(_g.Node("Tanh", [_g.Linear(_g.Input("context", 1, 2), 2, Hidden)]), 0);
        var y = _g.Node("LSTM", [TimeFirst(), .. Weights("LSTM"), "", context, _g.Node("Neg", [context])], 2,
            ("hidden_size", (long)Hidden));
        Streamed.Check(_g.Output(y[0])).Dispose();
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void An_input_of_sequence_lengths_goes(string op)
    {
        string x = TimeFirst(), lengths = _g.Input("lengths", OnnxElementType.Int64, 1);
        var y = _g.Node(op, [x, .. Weights(op), _g.Node("Cast", [lengths], ("to", 6L))], 2, ("hidden_size", (long)Hidden));
        _g.Output(y[0], "y").Output(y[1], "last");

        var whole = new GraphBuilder();
        var z = Layer(whole, op, whole.Input("x", "time", 1, Inputs), 2);
        whole.Output(z[0], "y").Output(z[1], "last");
        using var streamed = Streamed.Check(_g, oracle: whole);
        Assert.Equal(["x"], streamed.Model.Inputs.Select(input => input.Name));
    }

    [Theory]
    [InlineData("Gather")]
    [InlineData("GatherElements")]
    public void An_input_of_lengths_picks_the_last_element(string op)
    {
        string x = TimeFirst(), lengths = _g.Input("lengths", OnnxElementType.Int64, "batch");
        var y = _g.Node("Squeeze", [Layer("GRU", x, 1)[0], _g.Ints(1)]);
        var last = _g.Node("Sub", [lengths, _g.Constant(OnnxTensor.Scalar(1L))]);
        var index = op == "Gather" ? last : _g.Node("Expand", [_g.Node("Reshape", [last, _g.Ints(1, 1, 1)]), _g.Ints(1, 1, Hidden)]);
        _g.Output(_g.Node("Tanh", [_g.Node(op, [y, index], ("axis", 0L))]), "last");

        var whole = new GraphBuilder();
        var z = Layer(whole, "GRU", whole.Input("x", "time", 1, Inputs), 2);
        whole.Output(whole.Node("Tanh", [z[1]]), "last");
        using var streamed = Streamed.Check(_g, oracle: whole);
        Assert.Equal(["x"], streamed.Model.Inputs.Select(input => input.Name));
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void As_many_elements_as_ids_are_no_padding(string op)
    {
        var ids = _g.Input("ids", OnnxElementType.Int64, 1, "time");
        var counts = _g.Node("Cast", [_g.Node("Not", [_g.Node("Equal", [ids, _g.Constant(OnnxTensor.Scalar(0L))])])], ("to", 6L));
        var lengths = _g.Node("ReduceSum", [counts, _g.Ints(1)], ("keepdims", 0L));
        var x = _g.Transpose(_g.Node("Gather", [_g.Weights([3, Inputs]), ids]), 1, 0, 2);
        var y = _g.Node(op, [x, .. Weights(op), lengths], 2, ("hidden_size", (long)Hidden));
        Streamed.Check(_g.Output(_g.Node("Tanh", [y[1]])), tokens: 3).Dispose();
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void Clip(string op) => Streamed.Check(_g.Output(Layer(op, TimeFirst(), 2, ("clip", 0.3f))[0])).Dispose();

    [Fact]
    public void Peepholes_and_coupled_forget_gate()
    {
        var y = _g.Node("LSTM", [TimeFirst(), .. Weights("LSTM"), "", "", "", _g.Weights([1, 3 * Hidden])], 2,
            ("hidden_size", (long)Hidden), ("input_forget", 1L));
        Streamed.Check(_g.Output(y[0])).Dispose();
    }

    [Fact]
    public void Peepholes()
    {
        var y = _g.Node("LSTM", [TimeFirst(), .. Weights("LSTM"), "", "", "", _g.Weights([1, 3 * Hidden])], 2,
            ("hidden_size", (long)Hidden));
        Streamed.Check(_g.Output(y[0])).Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Reset_gate_before_or_after_the_matrix(int linearBeforeReset) =>
        Streamed.Check(_g.Output(Layer("GRU", TimeFirst(), 2, ("linear_before_reset", (long)linearBeforeReset))[0])).Dispose();

    [Fact]
    public void Activations_of_an_lstm_with_their_parameters()
    {
        var y = Layer("LSTM", TimeFirst(), 2, ("activations", (string[])["HardSigmoid", "Softsign", "LeakyRelu"]),
            ("activation_alpha", (float[])[0.25f, 0.05f]), ("activation_beta", (float[])[0.4f]));
        Streamed.Check(_g.Output(y[0])).Dispose();
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("Sigmoid")]
    [InlineData("Softplus")]
    [InlineData("Elu")]
    [InlineData("Affine")]
    [InlineData("ScaledTanh")]
    [InlineData("ThresholdedRelu")]
    public void Activation_of_an_rnn(string activation)
    {
        var y = Layer("RNN", TimeFirst(), 2, ("activations", (string[])[activation]), ("activation_alpha", (float[])[0.7f]),
            ("activation_beta", (float[])[0.3f]));
        Streamed.Check(_g.Output(y[0])).Dispose();
    }

    [Fact]
    public void Last_step_of_stacked_layers()
    {
        var x = _g.Input("x", "batch", "time", Inputs);
        var y = _g.Lstm(_g.Lstm(x, Inputs, Hidden), Hidden, 4);
        Streamed.Check(_g.Output(_g.Linear(_g.Node("Gather", [y, _g.Constant(OnnxTensor.Scalar(-1L))], ("axis", 1L)), 4, 2))).Dispose();
    }

    [Fact]
    public void Last_step_by_slice_and_squeeze()
    {
        var x = _g.Input("x", "batch", "time", Inputs);
        var last = _g.Slice(_g.Lstm(x, Inputs, Hidden), 1, -1, int.MaxValue);
        Streamed.Check(_g.Output(_g.Linear(_g.Node("Squeeze", [last, _g.Ints(1)]), Hidden, 2))).Dispose();
    }

    [Fact]
    public void Residual_layers_with_norm()
    {
        var x = _g.Input("x", "batch", "time", 4);
        var y = _g.LayerNorm(_g.Node("Add", [x, _g.Lstm(x, 4, 4)]), 4);
        Streamed.Check(_g.Output(_g.Node("Add", [y, _g.Lstm(y, 4, 4)]))).Dispose();
    }

    [Fact]
    public void Convolution_then_recurrence_then_attention()
    {
        var x = _g.Input("x", 1, Inputs, "time");
        var features = _g.Transpose(_g.Node("Relu", [_g.CausalConv(x, Inputs, 4, 3)]), 0, 2, 1);
        var h = _g.Lstm(features, 4, 4);
        var y = _g.Node("Add", [h, _g.Attention(h, 4, 2, scores => _g.Causal(h, scores))]);
        Streamed.Check(_g.Output(_g.Linear(y, 4, 2))).Dispose();
    }

    [Theory]
    [InlineData("bidirectional", 2)]
    [InlineData("reverse", 1)]
    public void What_reads_from_the_end_is_refused_and_runs_in_windows(string direction, int directions)
    {
        var x = _g.Input("x", "time", 1, Inputs);
        var y = _g.Node("LSTM",
            [x, _g.Weights([directions, 4 * Hidden, Inputs]), _g.Weights([directions, 4 * Hidden, Hidden]),
                _g.Weights([directions, 8 * Hidden])], 3,
            ("hidden_size", (long)Hidden), ("direction", direction))[0];
        _g.Output(y);

        var error = Streamed.Refused(_g);

        Assert.Equal(ErrorCodes.NotCausal, error.Code);
        Assert.Contains("'LSTM_", error.Message, StringComparison.Ordinal);
        Assert.Contains("--mode window", error.Hint, StringComparison.Ordinal);
        Streamed.CheckWindows(_g, window: 6, hop: 3);
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void Both_directions_in_windows(string op)
    {
        var gates = Gates(op);
        var y = _g.Node(op, [TimeFirst(), _g.Weights([2, gates * Hidden, Inputs]), _g.Weights([2, gates * Hidden, Hidden])], 2,
            ("hidden_size", (long)Hidden), ("direction", "bidirectional"));
        Streamed.CheckWindows(_g.Output(y[0]).Output(y[1]), window: 5, hop: 1);
    }

    [Fact]
    public void Several_sequences_of_a_fixed_batch()
    {
        var y = Layer("GRU", _g.Input("x", "time", 3, Inputs), 2);
        Streamed.Check(_g.Output(y[0]).Output(y[1])).Dispose();
    }

    [Fact]
    public void Window_mode_with_token_ids_truth_values_and_an_input_without_time_axis()
    {
        string ids = _g.Input("ids", OnnxElementType.Int64, "time", 1), mask = _g.Input("mask", OnnxElementType.Bool, "time", 1),
            context = _g.Input("context", 1, Inputs);
        var embedded = _g.Node("Where",
            [_g.Unsqueeze(mask, 2), _g.Node("Gather", [_g.Weights([8, Inputs]), ids]), _g.Linear(context, Inputs, Inputs)]);
        var y = _g.Node("LSTM", [embedded, _g.Weights([2, 4 * Hidden, Inputs]), _g.Weights([2, 4 * Hidden, Hidden])], 2,
            ("hidden_size", (long)Hidden), ("direction", "bidirectional"));
        Streamed.CheckWindows(_g.Output(y[0]), window: 6, hop: 4);
    }

    private static int Gates(string op) => op switch { "LSTM" => 4, "GRU" => 3, _ => 1 };

    private string TimeFirst() => _g.Input("x", "time", 1, Inputs);

    private string[] Weights(string op) => Weights(_g, op);

    private static string[] Weights(GraphBuilder g, string op) =>
        [g.Weights([1, Gates(op) * Hidden, Inputs]), g.Weights([1, Gates(op) * Hidden, Hidden]), g.Weights([1, 2 * Gates(op) * Hidden])];

    private string[] Layer(string op, string x, int outputs, params (string Name, OnnxAttribute Value)[] attributes) =>
        Layer(_g, op, x, outputs, attributes);

    private static string[] Layer(GraphBuilder g, string op, string x, int outputs,
        params (string Name, OnnxAttribute Value)[] attributes) =>
        g.Node(op, [x, .. Weights(g, op)], outputs, [("hidden_size", (long)Hidden), .. attributes]);
}
