using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Conversion;

/// <summary>The converter says what it decided, and the program keeps it.</summary>
public sealed class UnderstandingTests : IDisposable
{
    private static readonly ConvertOptions Plain = new() { Precision = ConvertPrecision.F32 };

    private readonly GraphBuilder _g = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_axis_of_a_recurrent_layer_is_time_whatever_it_is_called()
    {
        Lstm(_g.Input("x", "batch_size", 1, 4));
        Assert.Equal("a recurrent layer runs along it", Why("time", "axis 0 of x"));
    }

    [Fact]
    public void A_matrix_of_fixed_size_along_which_a_recurrent_layer_runs_is_a_sequence()
    {
        Lstm(_g.Unsqueeze(_g.Input("x", 20, 4), 1));
        Assert.Equal("a recurrent layer runs along it", Why("time", "axis 0 of x"));
    }

    [Fact]
    public void A_layer_along_time_decides_beside_one_that_takes_time_as_its_batch()
    {
        const int Time = 20, Bands = 4, Features = 3, Hidden = 5;
        var x = _g.Input("x", 1, Time, Bands, Features);
        var bands = _g.Transpose(_g.Reshape(x, Time, Bands, Features), 1, 0, 2);
        var among = _g.Node("GRU", [bands, _g.Weights([2, 3 * Hidden, Features]), _g.Weights([2, 3 * Hidden, Hidden])],
            ("hidden_size", (long)Hidden), ("direction", "bidirectional"));
        var elements = _g.Reshape(_g.Transpose(among, 2, 0, 1, 3), Time, Bands, 2 * Hidden);
        _g.Output(_g.Node("GRU", [elements, _g.Weights([1, 3 * Hidden, 2 * Hidden]), _g.Weights([1, 3 * Hidden, Hidden])],
            ("hidden_size", (long)Hidden)), "y");
        Assert.Equal("a recurrent layer runs along it", Why("time", "axis 1 of x"));
    }

    [Fact]
    public void The_branch_for_one_row_is_the_one_that_is_taken()
    {
        var x = _g.Input("x", "batch", "time", 4);
        var sum = _g.Node("CumSum", [_g.Node("MatMul", [x, _g.Weights([4, 3])]), _g.Constant(OnnxTensor.Scalar(1L))]);
        var one = _g.Node("Equal", [_g.Node("Gather", [_g.Node("Shape", [sum]), _g.Ints(0)]), _g.Ints(1)]);
        _g.Output(_g.Node("If", [one], ("then_branch", _g.Subgraph("then", b => [b.Node("Squeeze", [sum, b.Ints(0)])])),
            ("else_branch", _g.Subgraph("else", b => [b.Node("Identity", [sum])]))), "y");
        Assert.Equal("stream", Converter.Convert(_folder.Write("model.onnx", _g.ToBytes()), Plain).Mode);
    }

    [Fact]
    public void A_fixed_length_that_the_stream_goes_past_is_said()
    {
        Lstm(_g.Input("x", 20, 1, 4));
        Assert.Contains("20 elements", Why("length", "streams past it"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fixed_batch_is_said()
    {
        Lstm(_g.Input("x", "time", 3, 4));
        Assert.Contains("--batch 1", Why("batch", "each step takes 3 rows of x"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_keeps_what_was_decided()
    {
        Lstm(_g.Input("x", "time", 1, 4));
        var result = Converter.Convert(_folder.Write("model.onnx", _g.ToBytes()), Plain with { RateHz = 50 });
        using var program = Model.Load(result.Program, "model");
        Assert.Equal(result.Choices, program.Program.Choices);
        Assert.Contains(program.Program.Choices!, choice => choice is { About: "rate", Chosen: "50 steps a second", Why: "--rate" });
    }

    [Fact]
    public void A_transform_of_many_samples_at_once_is_refused_before_it_costs_anything()
    {
        var g = new GraphBuilder(opset: 20);
        g.Output(g.Node("DFT", [g.Input("x", 1, 30000, 1)], ("onesided", 1L)), "y");
        var refused = Assert.Throws<EdgeSeqException>(() => Converter.Convert(_folder.Write("dft.onnx", g.ToBytes()), Plain));
        Assert.Equal(ErrorCodes.NodeUnsupported, refused.Code);
        Assert.Contains("900,060,000 numbers", refused.Message, StringComparison.Ordinal);
    }

    private void Lstm(string x)
    {
        var y = _g.Node("LSTM", [x, _g.Weights([1, 32, 4]), _g.Weights([1, 32, 8])], 3, ("hidden_size", 8L));
        _g.Output(_g.Node("Squeeze", [y[0], _g.Ints(1)]), "y");
    }

    private string Why(string about, string chosen) =>
        Assert.Single(Converter.Convert(_folder.Write("model.onnx", _g.ToBytes()), Plain).Choices,
            choice => choice.About == about && choice.Chosen == chosen).Why;
}
