using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Tests.Streaming.Rules;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Spellings of exporters that say something simple in an unusual way.</summary>
public sealed class ExporterFormTests
{
    private readonly GraphBuilder _g = new();

    [Fact]
    public void Bounds_of_a_slice_without_dimensions()
    {
        using var streamed = Streamed.Check(Sliced(new(), bound => OnnxTensor.Scalar(bound)),
            oracle: Sliced(new(), bound => OnnxTensor.Vector(bound)));
        Assert.Equal([2], streamed.Model.Outputs[0].Shape);

        static GraphBuilder Sliced(GraphBuilder g, Func<long, OnnxTensor> bound)
        {
            string[] inputs = [g.Input("x", "batch", "time", 4), g.Constant(bound(1)), g.Constant(bound(3)), g.Constant(bound(2)),
                g.Constant(bound(1))];
            return g.Output(g.Node("Slice", inputs), "y");
        }
    }

    [Fact]
    public void A_computed_bound_without_dimensions()
    {
        Streamed.Check(Sliced(new(), scalar: true), oracle: Sliced(new(), scalar: false)).Dispose();

        // Half of the channels: the bound is the shape's last element by two.
        static GraphBuilder Sliced(GraphBuilder g, bool scalar)
        {
            var x = g.Input("x", "batch", "time", 4);
            var last = g.Node("Gather", [g.Node("Shape", [x]), g.Constant(scalar ? OnnxTensor.Scalar(2L) : OnnxTensor.Vector(2))]);
            var half = g.Node("Div", [last, g.Constant(scalar ? OnnxTensor.Scalar(2L) : OnnxTensor.Vector(2))]);
            return g.Output(g.Node("Slice", [x, g.Ints(0), half, g.Ints(2)]), "y");
        }
    }

    [SharedFact]
    public void Initial_states_cut_by_bounds_without_dimensions_in_the_shared_model() =>
    CheckShared("slice_scalar_starts", runsAsItIs: false);

    [Fact]
    public void Erfc_is_one_less_erf()
    {
        var x = _g.Input("x", "batch", "time", 4);
        _g.Output(_g.Node("Erfc", [x]), "y");
        var oracle = new GraphBuilder();
        oracle.Output(oracle.Node("Sub", [oracle.Scalar(1), oracle.Node("Erf", [oracle.Input("x", "batch", "time", 4)])]), "y");
        Streamed.Check(_g, oracle: oracle).Dispose();
    }

    [SharedFact]
    public void Gelu_by_erfc_in_the_shared_model() => CheckShared("gelu_erfc_of_exporter", runsAsItIs: false);

    [Theory]
    [InlineData("depth")]
    [InlineData("height")]
    [InlineData("width")]
    public void A_convolution_over_three_dimensions_of_which_one_is_a_single_element(string flat)
    {
        var axis = flat switch { "depth" => 0, "height" => 1, _ => 2 };
        long[] spatial = Inserted([6, 5], axis, 1), kernel = Inserted([3, 2], axis, 1), strides = Inserted([2, 1], axis, 1);
        var pads = (long[])[.. Inserted([1, 0], axis, 0), .. Inserted([0, 1], axis, 0)];
        var x = _g.Input("x", Dimensions([1, 4, .. spatial]));
        var y = _g.Node("Conv", [x, _g.Weights([6, 2, .. kernel]), _g.Weights([6])], ("group", 2L), ("pads", pads), ("strides", strides));
        CheckStep(_g.Output(y, "y"));
    }

    [Theory]
    [InlineData("MaxPool")]
    [InlineData("AveragePool")]
    public void Pooling_over_three_dimensions_of_which_one_is_a_single_element(string op)
    {
        var x = _g.Input("x", 1, 3, 1, 8, 6);
        CheckStep(_g.Output(_g.Node(op, [x], ("kernel_shape", (long[])[1, 2, 3]), ("strides", (long[])[1, 2, 3])), "y"));
    }

    [SharedFact]
    public void A_convolution_of_depth_one_in_the_shared_model()
    {
        var path = Shared.Path("cases/conv3d_depth1.onnx");
        using var model = Model.Load(Converter.Convert(path, new ConvertOptions { Precision = ConvertPrecision.F32 }).Program, "test");
        Assert.Equal(["x"], model.Inputs.Select(input => input.Name));
        using var session = model.CreateSession();
        using var oracle = OrtSession.Open(path, optimized: false);
        var random = new Random(5);
        var state = OnnxTensor.FromFloats(new float[4], 1, 4);
        for (var step = 0; step < 10; step++)
        {
            var x = GraphBuilder.Random(random, [1, 3, 1, 8, 8]);
            x.ToFloats().CopyTo(session.Input(0));
            session.Step();
            var expected = oracle.Run(new Dictionary<string, OnnxTensor> { ["x"] = x, ["s_in"] = state });
            state = expected["s_out"];
            OneStep.AssertNear($"step {step}", expected["y"].ToFloats(), session.Output(0).ToArray(), 1e-4f);
        }
    }

    [Theory]
    [InlineData(1, -1)]
    [InlineData(3, -3)]
    [InlineData(2, -5)]
    [InlineData(5, -2)]
    [InlineData(-2, 2)]
    [InlineData(-1, 4)]
    public void A_pad_that_crops_one_end_of_time_and_pads_the_other(long before, long after)
    {
        var x = _g.Input("x", "batch", "time", 4);
        var shifted = _g.Node("Pad", [x, _g.Ints(0, before, 0, 0, after, 0), _g.Scalar(0.25f)]);
        Streamed.Check(_g.Output(_g.Node("Tanh", [shifted]), "y")).Dispose();
    }

    [Fact]
    public void A_shift_by_pad_that_is_added_to_its_input()
    {
        var x = _g.Input("x", "batch", "time", 4);
        var shifted = _g.Node("Pad", [x, _g.Ints(0, 2, 0, 0, -2, 0)]);
        Streamed.Check(_g.Output(_g.Linear(_g.Node("Add", [x, shifted]), 4, 3), "y")).Dispose();
    }

    [SharedFact]
    public void A_shift_by_pad_in_the_shared_model() => CheckShared("pad_and_crop_time");

    [Theory]
    [InlineData(0.1f, float.PositiveInfinity)]
    [InlineData(0, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, 0.5f)]
    [InlineData(float.NegativeInfinity, float.PositiveInfinity)]
    public void Infinite_bounds_of_a_clip(float low, float high)
    {
        var x = _g.Input("x", "batch", "time", 4);
        Streamed.Check(_g.Output(_g.Node("Clip", [_g.Linear(x, 4, 4), _g.Scalar(low), _g.Scalar(high)]), "y")).Dispose();
    }

    [SharedFact]
    public void A_clip_to_infinity_in_the_shared_model() => CheckShared("clip_infinite_bound");

    [Fact]
    public void Padding_of_channels_with_infinity()
    {
        var padded = _g.Node("Pad", [_g.Input("x", "batch", "time", 4), _g.Ints(0, 0, 1, 0, 0, 1), _g.Scalar(float.NegativeInfinity)]);
        Streamed.Check(_g.Output(_g.Node("Exp", [padded]), "y")).Dispose();
    }

    [Fact]
    public void An_infinite_parameter_is_refused_by_name()
    {
        var refused = Streamed.Refused(_g.Output(_g.Node("Elu", [_g.Input("x", "batch", "time", 4)], ("alpha", float.PositiveInfinity)),
            "y"));
        Assert.Equal(ErrorCodes.NodeUnsupported, refused.Code);
        Assert.Contains("Elu_0", refused.Message);
        Assert.Contains("'alpha' is Infinity", refused.Message);
    }

    [Theory]
    [InlineData("MaxPool")]
    [InlineData("AveragePool")]
    [InlineData("LpPool")]
    public void Pooling_over_the_whole_fixed_length_is_a_running_reduction(string op)
    {
        var x = _g.CausalConv(_g.Transpose(_g.Input("x", 1, 16, 3), 0, 2, 1), 3, 4, 3);
        var pooled = _g.Node(op, [x], ("kernel_shape", (long[])[16]), ("strides", (long[])[16]));
        using var streamed = Streamed.Check(_g.Output(_g.Linear(_g.Node("Squeeze", [pooled, _g.Ints(2)]), 4, 2), "y"));
        Assert.Contains("Running", string.Join(' ', streamed.Ops));
    }

    [Fact]
    public void Pooling_over_the_whole_length_and_other_axes()
    {
        var x = _g.Unsqueeze(_g.Input("x", 1, 16, 6), 1);
        var pooled = _g.Node("MaxPool", [_g.Node("Tanh", [x])], ("kernel_shape", (long[])[16, 6]));
        Streamed.Check(_g.Output(_g.Node("Reshape", [pooled, _g.Ints(1, 1)]), "y")).Dispose();
    }

    [SharedFact]
    public void Pooling_over_the_whole_length_in_the_shared_model() => CheckShared("maxpool_whole_length");

    private static OnnxDimension[] Dimensions(long[] sizes) => [.. sizes.Select(size => (OnnxDimension)size)];

    private static long[] Inserted(long[] values, int index, long value) => [.. values[..index], value, .. values[index..]];

    /// <summary>One step on random input against ONNX Runtime.</summary>
    private static void CheckStep(GraphBuilder graph)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.onnx", graph.ToBytes());
        var options = new ConvertOptions { Precision = ConvertPrecision.F32, Mode = ConvertMode.Step };
        using var model = Model.Load(Converter.Convert(path, options).Program, "test");
        using var session = model.CreateSession();
        using var oracle = OrtSession.Open(path, optimized: false);
        var x = GraphBuilder.Random(new Random(5), [.. graph.Build().Inputs[0].Dims!.Select(dim => dim.Size!.Value)]);
        x.ToFloats().CopyTo(session.Input(0));
        session.Step();
        OneStep.AssertNear("y", oracle.Run(new Dictionary<string, OnnxTensor> { ["x"] = x })["y"].ToFloats(), session.Output(0).ToArray(),
            1e-4f);
    }

    private static void CheckShared(string name, bool runsAsItIs = true)
    {
        Streamed.CheckFile(Shared.Path($"cases/{name}.onnx"), runsAsItIs).Dispose();
    }
}
