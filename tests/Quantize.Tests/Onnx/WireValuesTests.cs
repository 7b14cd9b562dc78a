using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Onnx;

public sealed class WireValuesTests
{
    private static readonly Dictionary<string, OnnxTensor> X = new() { ["x"] = OnnxTensor.FromFloats([1, -2, 3, 4, 5, 6], 2, 3) };

    [Fact]
    public void What_is_not_wanted_has_a_type_and_no_elements()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", 2, 3);
        var shape = builder.Node("Shape", [x]);
        var sum = builder.Node("ReduceSum", [x], ("keepdims", 0L));
        var signs = builder.Node("Less", [x, sum]);
        builder.Output(builder.Node("Mul", [x, builder.Node("Cast", [signs], ("to", (long)OnnxElementType.Float32))]));

        var wires = WireValues.Of(builder.Build(), X, wire => wire == shape);

        Assert.Equal([shape], wires.Values.Keys);
        Assert.Equal([2L, 3L], wires.Values[shape].ToInts());
        Assert.Equal("x: Float32[2, 3]", wires.Types["x"].ToString());
        Assert.Equal($"{shape}: Int64[2]", wires.Types[shape].ToString());
        Assert.Equal($"{sum}: Float32[]", wires.Types[sum].ToString());
        Assert.Equal($"{signs}: Bool[2, 3]", wires.Types[signs].ToString());
    }

    [Fact]
    public void Lists_are_left_out()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", 2, 3);
        var list = builder.Node("SequenceConstruct", [x, builder.Node("Neg", [x])]);
        builder.Output(builder.Node("SequenceAt", [list, builder.Constant(OnnxTensor.Scalar(0L))]), "y");

        var types = WireValues.Of(builder.Build(), X, _ => false).Types;

        Assert.Equal("y: Float32[2, 3]", types["y"].ToString());
        Assert.False(types.ContainsKey(list));
    }

    [Fact]
    public void An_analysis_keeps_elements_only_of_what_depends_on_no_content()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", "time", 3);
        var shape = builder.Node("Shape", [x]);
        var y = builder.Node("Relu", [x]);
        builder.Output(builder.Node("Expand", [y, shape]));

        var analysis = Analysis.Of(builder.Build(), new Dictionary<string, int> { ["x"] = 0 });

        Assert.Equal([analysis.Length, 3L], analysis.Value(shape).ToInts());
        Assert.Equal([analysis.OtherLength, 3L], analysis.ValueAt(shape, analysis.OtherLength)!.ToInts());
        Assert.Equal([analysis.Length, 3], analysis.Shape(y));
        Assert.Equal([analysis.OtherLength, 3], analysis.ShapeAt(y, analysis.OtherLength)!);
        Assert.Throws<KeyNotFoundException>(() => analysis.Value(y));
    }
}
