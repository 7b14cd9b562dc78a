using EdgeSeq.Quantize.Conversion.States;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Conversion;

/// <summary>Which outputs are taken for the next values of which inputs. A text "in=out in=out" names the pairs.</summary>
public sealed class StatePairingTests
{
    private const int Size = 4;
    private readonly GraphBuilder _g = new();

    [Fact]
    public void A_recurrent_layer_ties_its_initial_and_final_states_whatever_they_are_called()
    {
        string x = _g.Input("h_in", 1, 1, Size), h = _g.Input("b", 1, 1, Size), c = _g.Input("a", 1, 1, Size);
        var y = _g.Node("LSTM", [x, _g.Weights([1, 4 * Size, Size]), _g.Weights([1, 4 * Size, Size]), "", "", h, c], 3,
            ("hidden_size", (long)Size));
        Assert.Equal("b=p a=q", Pairs(_g.Output(_g.Node("Squeeze", [y[0], _g.Ints(1)]), "h_out").Output(y[2], "q").Output(y[1], "p")));
    }

    [Fact]
    public void States_of_two_layers_in_one_tensor_are_one_pair()
    {
        string x = _g.Input("x", 1, 1, Size), all = _g.Input("all", 2, 1, Size);
        var parts = _g.Node("Split", [all, _g.Ints(1, 1)], 2, ("axis", 0L));
        var first = Gru(x, parts[0]);
        var second = Gru(_g.Node("Squeeze", [first[0], _g.Ints(1)]), parts[1]);
        Assert.Equal("all=rest", Pairs(_g.Output(second[0], "y").Output(_g.Node("Concat", [first[1], second[1]], ("axis", 0L)), "rest")));
    }

    [Fact]
    public void A_written_out_cell_whose_h_and_c_are_one_tensor_keeps_it()
    {
        string x = _g.Input("x", 1, Size), all = _g.Input("kept", 2, 1, Size);
        var parts = _g.Node("Split", [all, _g.Ints(1, 1)], 2, ("axis", 0L));
        string h = _g.Node("Squeeze", [parts[0], _g.Ints(0)]), c = _g.Node("Squeeze", [parts[1], _g.Ints(0)]);
        string Gate(string function) => _g.Node(function, [_g.Node("Add", [_g.Linear(x, Size, Size), _g.Linear(h, Size, Size)])]);
        var next = _g.Node("Add", [_g.Node("Mul", [Gate("Sigmoid"), c]), _g.Node("Mul", [Gate("Sigmoid"), Gate("Tanh")])]);
        var y = _g.Node("Mul", [Gate("Sigmoid"), _g.Node("Tanh", [next])]);
        var stack = _g.Node("Concat", [_g.Node("Unsqueeze", [y, _g.Ints(0)]), _g.Node("Unsqueeze", [next, _g.Ints(0)])], ("axis", 0L));

        Assert.Equal("kept=stacked", Pairs(_g.Output(_g.Linear(y, Size, 3), "y").Output(stack, "stacked")));
    }

    [Fact]
    public void A_window_that_new_data_move_on_is_state()
    {
        string x = _g.Input("x", 1, Size, 1), tail = _g.Input("t", 1, Size, 3);
        var joined = _g.Node("Concat", [tail, x], ("axis", 2L));
        var rest = _g.Node("Slice", [joined, _g.Ints(1), _g.Ints(4), _g.Ints(2)]);
        Assert.Equal("t=u", Pairs(_g.Output(_g.Node("ReduceMean", [joined], ("axes", (long[])[2])), "y").Output(rest, "u")));
    }

    [Fact]
    public void Running_averages_go_on_as_their_own_new_values()
    {
        string x = _g.Input("x", 1, Size), a = _g.Input("a", 1, Size), b = _g.Input("b", 1, Size);
        string mean = Average(a, _g.Node("Tanh", [x]), 0.9f), square = Average(b, _g.Node("Mul", [x, x]), 0.8f);
        var y = _g.Node("Div", [_g.Node("Sub", [x, mean]), _g.Node("Sqrt", [_g.Node("Add", [square, _g.Scalar(1)])])]);
        Assert.Equal("a=m b=s", Pairs(_g.Output(y, "y").Output(square, "s").Output(mean, "m")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_gated_update_is_a_state_in_both_spellings(bool folded)
    {
        string x = _g.Input("x", 1, Size), h = _g.Input("p", 1, Size);
        var gate = _g.Node("Sigmoid", [_g.Node("Add", [_g.Linear(x, Size, Size), _g.Linear(h, Size, Size)])]);
        var candidate = _g.Node("Tanh", [_g.Node("Add", [_g.Linear(x, Size, Size), _g.Linear(h, Size, Size)])]);
        var next = folded
            ? _g.Node("Add", [candidate, _g.Node("Mul", [gate, _g.Node("Sub", [h, candidate])])])
            : _g.Node("Add", [_g.Node("Mul", [_g.Node("Sub", [_g.Scalar(1), gate]), candidate]), _g.Node("Mul", [gate, h])]);
        Assert.Equal("p=q", Pairs(_g.Output(next, "q")));
    }

    [Fact]
    public void Both_states_of_a_cell_that_is_spelled_out_are_found_without_names() =>
    Assert.Equal("a=p b=q", Pairs(SpelledOutCell(features: 3)));

    [Fact]
    public void Data_of_the_size_of_a_cell_s_output_might_be_its_state() =>
        Assert.Contains("--state b=q --state x=p; or", Assert.Throws<EdgeSeqException>(() => Pairs(SpelledOutCell(features: Size))).Hint,
        StringComparison.Ordinal);

    [Fact]
    public void Data_called_in_and_out_stay_data()
    {
        string audio = _g.Input("audio_in", 1, Size), far = _g.Input("far_in", 1, Size);
        Assert.Equal("", Pairs(_g.Output(_g.Node("Tanh", [_g.Linear(audio, Size, Size)]), "audio_out")
            .Output(_g.Node("Tanh", [_g.Linear(far, Size, Size)]), "far_out")));
    }

    [Fact]
    public void An_input_that_stands_in_for_another_is_no_state()
    {
        string x = _g.Input("x", 1, Size), valid = _g.Input("valid", OnnxElementType.Bool, 1, Size),
            fallback = _g.Input("fallback", 1, Size);
        Assert.Equal("", Pairs(_g.Output(_g.Node("Where", [valid, x, fallback]), "y")));
    }

    [Fact]
    public void A_graph_of_one_input_has_data_only()
    {
        var x = _g.Input("x", 1, Size);
        Assert.Equal("", Pairs(_g.Output(Average(x, _g.Node("Tanh", [x]), 0.9f), "y")));
    }

    [Fact]
    public void A_setpoint_and_its_error_are_no_state()
    {
        string observed = _g.Input("obs", 1, Size), setpoint = _g.Input("setpoint", 1, Size);
        var error = _g.Node("Mul", [_g.Node("Sub", [setpoint, observed]), _g.Scalar(0.5f)]);
        Assert.Equal("", Pairs(_g.Output(_g.Linear(error, Size, 1), "command").Output(error, "error")));
    }

    [Theory]
    [InlineData("ScatterND")]
    [InlineData("ScatterElements")]
    [InlineData("Where")]
    public void A_cache_into_which_data_are_written_at_a_place_is_state(string op)
    {
        string x = _g.Input("x", 1, Size), cache = _g.Input("a", 6, Size), at = _g.Input("at", OnnxElementType.Int64, 1);
        var key = _g.Linear(x, Size, Size);
        var next = op switch
        {
            "ScatterND" => _g.Node(op, [cache, _g.Node("Reshape", [at, _g.Ints(1, 1)]), key]),
            "ScatterElements" => _g.Node(op, [cache, _g.Node("Expand", [_g.Node("Reshape", [at, _g.Ints(1, 1)]), _g.Ints(1, Size)]), key]),
            _ => _g.Node(op, [_g.Node("Reshape", [_g.Node("Equal", [_g.Ints(0, 1, 2, 3, 4, 5), at]), _g.Ints(6, 1)]), key, cache]),
        };
        Assert.Equal("a=b", Pairs(_g.Output(_g.Node("ReduceSum", [next]), "y").Output(next, "b")));
    }

    [Fact]
    public void A_sum_of_outer_products_that_goes_on_is_state()
    {
        string x = _g.Input("x", 1, Size), sums = _g.Input("a", 1, Size, Size);
        string key = _g.Linear(x, Size, Size), value = _g.Linear(x, Size, Size);
        var next = _g.Node("Add", [sums, _g.Node("Mul", [_g.Unsqueeze(key, 2), _g.Unsqueeze(value, 1)])]);
        Assert.Equal("a=b", Pairs(_g.Output(_g.Node("MatMul", [_g.Unsqueeze(x, 1), next]), "y").Output(next, "b")));
    }

    [Fact]
    public void A_sum_of_two_inputs_of_one_shape_is_data()
    {
        string near = _g.Input("near", 1, 3, Size), far = _g.Input("far", 1, 3, Size);
        var clean = _g.Node("Add", [near, _g.Node("Tanh", [far])]);
        Assert.Equal("", Pairs(_g.Output(clean, "clean").Output(_g.Node("Relu", [clean]), "y")));
    }

    [Fact]
    public void Names_that_say_state_are_believed_where_the_output_follows_from_the_input()
    {
        string x = _g.Input("x", 1, Size), h = _g.Input("h_in", 1, Size);
        var next = _g.Node("Tanh", [_g.Node("Add", [_g.Linear(x, Size, Size), _g.Linear(h, Size, Size)])]);
        Assert.Equal("h_in=h_out", Pairs(_g.Output(_g.Linear(next, Size, 2), "y").Output(next, "h_out")));
    }

    [Fact]
    public void Where_two_pairings_fit_the_candidates_are_named()
    {
        string x = _g.Input("x", 1, Size), a = _g.Input("a", 1, Size), b = _g.Input("b", 1, Size);
        string Turned(float own, float other) => _g.Node("Add",
            [_g.Node("Add", [_g.Node("Mul", [a, _g.Scalar(own)]), _g.Node("Mul", [b, _g.Scalar(other)])]), _g.Linear(x, Size, Size)]);
        var refused = Assert.Throws<EdgeSeqException>(() => Pairs(_g.Output(Turned(0.9f, -0.1f), "u").Output(Turned(0.1f, 0.9f), "v")));
        Assert.Equal(ErrorCodes.StatePairInvalid, refused.Code);
        Assert.Contains("a=u, a=v, b=u, b=v", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--state a=u", refused.Hint, StringComparison.Ordinal);
        Assert.Contains("--state none", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_choose_among_pairings_that_fit()
    {
        string x = _g.Input("x", 1, Size), re = _g.Input("s_re", 1, Size), im = _g.Input("s_im", 1, Size);
        string Turned(float first, float second) => _g.Node("Add",
            [_g.Node("Add", [_g.Node("Mul", [re, _g.Scalar(first)]), _g.Node("Mul", [im, _g.Scalar(second)])]), _g.Linear(x, Size, Size)]);
        Assert.Equal("s_re=s_re_out s_im=s_im_out",
            Pairs(_g.Output(_g.Linear(x, Size, 1), "y").Output(Turned(0.1f, 0.9f), "s_im_out").Output(Turned(0.9f, -0.1f), "s_re_out")));
    }

    [Fact]
    public void Pairs_that_are_given_are_all_there_are()
    {
        string x = _g.Input("x", 1, 1, Size), h = _g.Input("h0", 1, 1, Size), other = _g.Input("g0", 1, 1, Size);
        string[] first = Gru(x, h), second = Gru(x, other);
        var graph = _g.Output(first[1], "hn").Output(second[1], "gn").Build();
        Assert.Equal("h0=hn", Text(graph, [("h0", "hn")], search: false));
        Assert.Equal("h0=hn g0=gn", Text(graph, [("h0", "hn")], search: true));
        Assert.Equal("", Text(graph, [], search: false));
    }

    private GraphBuilder SpelledOutCell(int features)
    {
        string x = _g.Input("x", 1, features), h = _g.Input("a", 1, Size), c = _g.Input("b", 1, Size);
        string Gate(string function) => _g.Node(function, [_g.Node("Add", [_g.Linear(x, features, Size), _g.Linear(h, Size, Size)])]);
        var cell = _g.Node("Add", [_g.Node("Mul", [Gate("Sigmoid"), c]), _g.Node("Mul", [Gate("Sigmoid"), Gate("Tanh")])]);
        var hidden = _g.Node("Mul", [Gate("Sigmoid"), _g.Node("Tanh", [cell])]);
        return _g.Output(_g.Linear(hidden, Size, 2), "y").Output(hidden, "p").Output(cell, "q");
    }

    private string[] Gru(string x, string initial) =>
        _g.Node("GRU", [x, _g.Weights([1, 3 * Size, Size]), _g.Weights([1, 3 * Size, Size]), "", "", initial], 2,
        ("hidden_size", (long)Size));

    private string Average(string state, string x, float keep) =>
        _g.Node("Add", [_g.Node("Mul", [state, _g.Scalar(keep)]), _g.Node("Mul", [x, _g.Scalar(1 - keep)])]);

    private static string Pairs(GraphBuilder graph) => Text(graph.Build(), [], search: true);

    private static string Text(OnnxGraph graph, (string Input, string Output)[] given, bool search) =>
        string.Join(' ', StatePairing.Find(graph, given, search).Select(pair => $"{pair.Input}={pair.Output}"));
}
