using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming.Rules;

/// <summary>Ops of ai.onnx.ml around a network.</summary>
public sealed class LearnedOpTests
{
    private readonly GraphBuilder _g = new GraphBuilder().Domain("ai.onnx.ml", 3);

    [Theory]
    [InlineData("L1")]
    [InlineData("L2")]
    public void Rows_are_scaled_and_brought_to_length_one(string norm)
    {
        var scaled = Node("Scaler", [_g.Input("x", 2, 3)], ("offset", (float[])[1, -2, 0.5f]), ("scale", (float[])[2, 1, 4]));
        OneStep.Check(_g.Output(Node("Normalizer", [scaled], ("norm", norm))));
    }

    [Fact]
    public void Places_are_taken_and_made_zero_or_one() => OneStep.Check(_g.Output(Node("Binarizer",
        [Node("ArrayFeatureExtractor", [_g.Input("x", 2, 3), _g.Ints(2, 0)])], ("threshold", 0.1f))));

    [Fact]
    public void Linear_regression() => OneStep.Check(_g.Output(Node("LinearRegressor", [_g.Input("x", 2, 3)],
        ("coefficients", (float[])[1, 2, -1, 0.5f, 0, 3]), ("intercepts", (float[])[0.1f, -0.2f]), ("targets", 2L))));

    [Theory]
    [InlineData("NONE")]
    [InlineData("SOFTMAX")]
    [InlineData("LOGISTIC")]
    public void Linear_classification(string transform)
    {
        var y = _g.Node("ai.onnx.ml::LinearClassifier", [_g.Input("x", 2, 3)], 2,
            ("coefficients", (float[])[1, 2, -1, 0.5f, 0, 3, -1, -1, 1]), ("intercepts", (float[])[0.1f, -0.2f, 0.3f]),
            ("classlabels_ints", (long[])[7, 5, 9]), ("post_transform", transform));
        OneStep.Check(_g.Output(y[0]).Output(y[1]));
    }

    private string Node(string op, string[] inputs, params (string Name, OnnxAttribute Value)[] attributes) =>
        _g.Node($"ai.onnx.ml::{op}", inputs, attributes);
}
