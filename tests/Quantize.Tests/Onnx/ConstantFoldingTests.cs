using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Folding;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Onnx;

public sealed class ConstantFoldingTests
{
    [Fact]
    public void Silero_with_a_fixed_rate_keeps_no_branch_and_no_shape_arithmetic()
    {
        Shared.SkipUnlessPresent();
        var folded = ConstantFolding.Fold(Silero(), SileroAt16k);

        Assert.Equal(["input", "state"], folded.Inputs.Select(input => input.Name));
        Assert.Empty(folded.Nodes.Select(node => node.OpType).Intersect(["If", "Shape", "Size", "Cast", "Identity", "ConstantOfShape"]));
    }

    [Fact]
    public void Folded_silero_gives_the_same_outputs()
    {
        Shared.SkipUnlessPresent();
        var inputs = ReferenceInputs.Of("real/silero_vad_16k_op15");
        var expected = OrtEvaluator.Evaluate(Silero(), inputs, ["output", "stateN"]);
        inputs.Remove("sr");

        var actual = OrtEvaluator.Evaluate(ConstantFolding.Fold(Silero(), SileroAt16k), inputs, ["output", "stateN"]);

        // ONNX Runtime multiplies with stored weights in another order than with computed ones.
        TensorAssert.Equal(expected, actual, tolerance: 1e-6f);
    }

    private static FoldOptions SileroAt16k => new()
    {
        Values = new Dictionary<string, string> { ["sr"] = "16000" },
        Dimensions = new Dictionary<string, long> { ["batch"] = 1, ["sequence"] = 576 },
    };

    private static OnnxGraph Silero() => OnnxModel.Load(Shared.Path("real/silero_vad_16k_op15.onnx")).Graph;
}
