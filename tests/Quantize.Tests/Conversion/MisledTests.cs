using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Conversion;

/// <summary>Files that say something else than their authors meant are refused with what is wrong.</summary>
public sealed class MisledTests
{
    private const int Width = 3;

    private readonly GraphBuilder _g = new();

    [Fact]
    public void A_model_of_the_first_element_alone_is_refused()
    {
        var x = _g.Input("x", "time", 1, Width);
        var first = _g.Node("Slice", [x, _g.Ints(0), _g.Ints(1), _g.Ints(0)]);
        var refused = Streamed.Refused(_g.Output(_g.Node("Tanh", [_g.Node("MatMul", [first, _g.Weights([Width, 2])])])));
        Assert.Contains("first element", refused.Message, StringComparison.Ordinal);
        Assert.Contains("TimeDistributed", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Features_are_no_time_beside_a_length_that_is_open()
    {
        var x = _g.Input("x", 1, "s77", Width);
        var reversed = _g.Node("Slice", [x, _g.Ints(-1), _g.Ints(int.MinValue), _g.Ints(1), _g.Ints(-1)]);
        var refused = Streamed.Refused(_g.Output(_g.Node("Tanh", [reversed])));
        Assert.Equal(ErrorCodes.NotCausal, refused.Code);
        Assert.Contains("--mode window", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recurrent_layer_shows_time_beside_a_batch_that_is_open()
    {
        var x = _g.Input("x", 5, "s0", Width);
        var y = _g.Node("LSTM", [x, _g.Weights([1, 4 * Width, Width]), _g.Weights([1, 4 * Width, Width])], 1, ("hidden_size", (long)Width))[0];
        using var folder = new TemporaryFolder();
        var file = folder.Write("time-major.onnx", _g.Output(_g.Node("Squeeze", [y, _g.Ints(1)])).ToBytes());
        var converted = Converter.Convert(file, new ConvertOptions());
        Assert.Equal("stream", converted.Mode);
        using var model = Model.Load(converted.Program, "test");
        Assert.Equal(Width, model.Inputs[0].Length);
    }

    [Theory]
    [InlineData("RandomNormalLike")]
    [InlineData("RandomUniformLike")]
    [InlineData("Bernoulli")] // Which ONNX Runtime writes out as a draw of uniform numbers.
    [InlineData("Multinomial")]
    public void What_draws_random_numbers_is_refused_as_that(string op)
    {
        var x = _g.Input("x", "time", Width);
        var drawn = _g.Node("Cast", [_g.Node(op, [_g.Node("Sigmoid", [x])])], ("to", (long)OnnxElementType.Float32));
        var refused = Streamed.Refused(_g.Output(_g.Node("Tanh", [op == "Multinomial" ? drawn : _g.Node("Add", [x, drawn])])));
        Assert.Contains("random numbers", refused.Message, StringComparison.Ordinal);
        Assert.Contains("draw them outside", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Decisions_that_noise_does_not_change_are_not_taken_for_that()
    {
        var x = _g.Input("x", 1, "time", Width);
        var large = _g.Node("Cast", [_g.Node("Greater", [x, _g.Scalar(20)])], ("to", (long)OnnxElementType.Float32));
        var isFirst = _g.Unsqueeze(_g.Node("Equal", [_g.Positions(x, 1), _g.Constant(OnnxTensor.Scalar(0L))]), 1);
        Streamed.Check(_g.Output(_g.Node("Where", [isFirst, x, large]))).Dispose();
    }

    [Fact]
    public void A_constant_that_became_an_input_is_refused_unless_its_value_is_given()
    {
        const string Lost = "model/normalization/Sub/y:0";
        var x = _g.Input("x", 1, "time", Width);
        _g.Output(_g.Node("Tanh", [_g.Node("Sub", [x, _g.Input(Lost, 1, 1, Width)])]));

        Assert.Contains("SavedModel", Streamed.Refused(_g).Hint, StringComparison.Ordinal);

        using var folder = new TemporaryFolder();
        var options = new ConvertOptions { Set = new Dictionary<string, string> { [Lost] = "1,2,3" } };
        Assert.Equal("stream", Converter.Convert(folder.Write("lost.onnx", _g.ToBytes()), options).Mode);
    }

    [Fact]
    public void A_decoder_that_rebuilds_the_window_is_refused_for_streams_and_runs_in_windows()
    {
        const int Time = 5, Hidden = 4;
        var x = _g.Input("x", Time, 1, Width);
        var code = _g.Node("LSTM", [x, .. Weights(Width)], 3, ("hidden_size", (long)Hidden))[1];
        var repeated = _g.Node("Tile", [code, _g.Ints(Time, 1, 1)]);
        var decoded = _g.Node("LSTM", [repeated, .. Weights(Hidden)], 3, ("hidden_size", (long)Hidden))[0];
        _g.Output(_g.Node("Squeeze", [decoded, _g.Ints(1)]));

        Assert.Contains("--mode window --window 5", Streamed.Refused(_g).Hint, StringComparison.Ordinal);

        using var folder = new TemporaryFolder();
        var options = new ConvertOptions { Mode = ConvertMode.Window, Window = Time, Hop = Time, Precision = ConvertPrecision.F32 };
        Assert.Equal("window", Converter.Convert(folder.Write("decoder.onnx", _g.ToBytes()), options).Mode);

        string[] Weights(int inputs) => [_g.Weights([1, 4 * Hidden, inputs]), _g.Weights([1, 4 * Hidden, Hidden])];
    }
}
