using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Onnx.Quantized;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Onnx;

public sealed class QuantizedConstantsTests
{
    private static readonly OnnxTensor Integers = new(OnnxElementType.UInt8, [2, 3], new byte[] { 128, 130, 0, 255, 127, 129 });

    [Fact]
    public void Integers_lose_their_zero_point_and_keep_the_scale_of_their_row()
    {
        var builder = new GraphBuilder();
        var wire = Dequantize(builder);
        builder.Output(builder.Node("Add", [builder.Input("x", 2, 3), wire]));

        var constant = QuantizedConstants.Find(builder.Build())[wire];

        Assert.Equal([0f, 2, -128, 127, -1, 1], constant.Integers.ToFloats());
        Assert.Equal([0.5f, 0.5f, 0.5f, 2, 2, 2], constant.Scales.ToFloats());
    }

    [Fact]
    public void Reordered_rows_and_transposition_are_followed()
    {
        var builder = new GraphBuilder();
        var wire = Dequantize(builder);
        var second = builder.Node("Slice", [wire, builder.Ints(1), builder.Ints(2), builder.Ints(0)]);
        var first = builder.Node("Slice", [wire, builder.Ints(0), builder.Ints(1), builder.Ints(0)]);
        var swapped = builder.Node("Transpose", [builder.Node("Concat", [second, first], ("axis", 0L))], ("perm", new long[] { 1, 0 }));
        builder.Output(builder.Node("MatMul", [builder.Input("x", 1, 3), swapped]));

        var constant = QuantizedConstants.Find(builder.Build())[swapped];
        var floats = OrtEvaluator.Evaluate(builder.Build(), new Dictionary<string, OnnxTensor>(), [swapped])[swapped];

        Assert.Equal([2f, 0.5f, 2, 0.5f, 2, 0.5f], constant.Scales.ToFloats());
        Assert.Equal(floats.ToFloats(), constant.Integers.ToFloats().Zip(constant.Scales.ToFloats(), (integer, scale) => integer * scale));
    }

    [Fact]
    public void Activations_and_float_constants_are_not_among_them()
    {
        var builder = new GraphBuilder();
        var quantized = builder.Node("QuantizeLinear", [builder.Input("x", 2, 3), builder.Scalar(0.1f)]);
        var activation = builder.Node("DequantizeLinear", [quantized, builder.Scalar(0.1f)]);
        builder.Output(builder.Node("Add", [activation, builder.Weights([2, 3])]));

        Assert.Empty(QuantizedConstants.Find(builder.Build()));
    }

    /// <summary>Rows with scales 0.5 and 2, zero point 128.</summary>
    private static string Dequantize(GraphBuilder builder) => builder.Node(
        "DequantizeLinear",
        [
            builder.Constant(Integers),
            builder.Constant(OnnxTensor.FromFloats([0.5f, 2], 2)),
            builder.Constant(OnnxTensor.Filled(OnnxElementType.UInt8, [2], 128)),
        ],
        ("axis", 0L));
}
