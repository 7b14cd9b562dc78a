using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Tests.Streaming.Rules;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Spellings of exporters that say something simple in an unusual way.</summary>
public sealed class ExporterFormTests
{
    private readonly GraphBuilder _g = new();

    [Fact]
    public void Bounds_of_a_slice_without_dimensions()
    {
        using var streamed = Streamed.Check(Sliced(new(), bound => OnnxTensor.Scalar(bound)), oracle: Sliced(new(), bound => OnnxTensor.Vector(bound)));
        Assert.Equal([2], streamed.Model.Outputs[0].Shape);

        static GraphBuilder Sliced(GraphBuilder g, Func<long, OnnxTensor> bound)
        {
            string[] inputs = [g.Input("x", "batch", "time", 4), g.Constant(bound(1)), g.Constant(bound(3)), g.Constant(bound(2)), g.Constant(bound(1))];
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

    [Fact]
    public void Initial_states_cut_by_bounds_without_dimensions_in_the_shared_model() => CheckShared("slice_scalar_starts", runsAsItIs: false);

    [Fact]
    public void Erfc_is_one_less_erf()
    {
        var x = _g.Input("x", "batch", "time", 4);
        _g.Output(_g.Node("Erfc", [x]), "y");
        var oracle = new GraphBuilder();
        oracle.Output(oracle.Node("Sub", [oracle.Scalar(1), oracle.Node("Erf", [oracle.Input("x", "batch", "time", 4)])]), "y");
        Streamed.Check(_g, oracle: oracle).Dispose();
    }

    [Fact]
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

    [Fact]
    public void A_convolution_of_depth_one_in_the_shared_model()
    {
        Shared.SkipUnlessPresent();
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
        OneStep.AssertNear("y", oracle.Run(new Dictionary<string, OnnxTensor> { ["x"] = x })["y"].ToFloats(), session.Output(0).ToArray(), 1e-4f);
    }

    private static void CheckShared(string name, bool runsAsItIs = true)
    {
        Shared.SkipUnlessPresent();
        Streamed.CheckFile(Shared.Path($"cases/{name}.onnx"), runsAsItIs).Dispose();
    }
}
