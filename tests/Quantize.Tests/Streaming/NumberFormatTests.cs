using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Models in half precision. ONNX Runtime computes them in half, the step program in float32.</summary>
public sealed class NumberFormatTests
{
    [Theory]
    [InlineData(OnnxElementType.Float16)]
    [InlineData(OnnxElementType.Float64)]
    [InlineData(OnnxElementType.BFloat16)]
    public void Weights_of_another_format_behind_a_cast(OnnxElementType type)
    {
        var g = new GraphBuilder();
        var x = g.Input("x", 1, "time", 4);
        var w = g.Node("Cast", [g.Constant(GraphBuilder.Random(new Random(2), [4, 3]).Cast(type))], ("to", 1L));
        Streamed.Check(g.Output(g.Node("Tanh", [g.Node("MatMul", [x, w])]))).Dispose();
    }

    [Fact]
    public void A_whole_model_in_half_precision_keeps_its_float32_inputs_and_outputs()
    {
        var g = new GraphBuilder();
        var x = g.Input("x", OnnxElementType.Float16, 1, "time", 4);
        string Half(params long[] dims) => g.Constant(GraphBuilder.Random(new Random(2), dims, 0.5f).Cast(OnnxElementType.Float16));
        g.Output(g.Node("Relu", [g.Node("Add", [g.Node("MatMul", [x, Half(4, 3)]), Half(3)])]));

        var wide = new GraphBuilder();
        var y = wide.Input("x", 1, "time", 4);
        string Rounded(params long[] dims) =>
            wide.Constant(GraphBuilder.Random(new Random(2), dims, 0.5f).Cast(OnnxElementType.Float16).Cast(OnnxElementType.Float32));
        wide.Output(wide.Node("Relu", [wide.Node("Add", [wide.Node("MatMul", [y, Rounded(4, 3)]), Rounded(3)])]),
            g.Build().Outputs[0].Name);

        using var streamed = Streamed.Check(wide);
        using var folder = new TemporaryFolder();
        var half = Converter.Convert(folder.Write("half.onnx", g.ToBytes()), new ConvertOptions { Precision = ConvertPrecision.F32 });
        using var model = Runtime.Sessions.Model.Load(half.Program, "half");
        Assert.Equal(streamed.Model.Inputs[0].Type, model.Inputs[0].Type);
        Assert.Equal(Outputs(streamed.Model), Outputs(model));
    }

    private static float[] Outputs(Runtime.Sessions.Model model)
    {
        using var session = model.CreateSession();
        var outputs = new List<float>();
        for (var t = 0; t < 5; t++)
        {
            GraphBuilder.Random(new Random(t), [4]).ToFloats().CopyTo(session.Input(0));
            session.Step();
            outputs.AddRange(session.Output(0));
        }

        return [.. outputs];
    }
}
