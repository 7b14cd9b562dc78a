using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Folding;
using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Onnx.Writing;
using EdgeSeq.Quantize.Tests.Streaming.Rules;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Conformance;

/// <summary>
/// Runs the node tests through the converter and the runtime, in f32 and step mode. The tests give every operand as an input; where the
/// converter needs one to be constant (weights, axes, shapes), all inputs but the first become constants, as they are in models.
/// </summary>
internal static class NodeSuite
{
    /// <summary>Relative above 1, absolute below. The published tests allow a relative error of 1e-3.</summary>
    private const float Tolerance = 1e-4f;

    private const string HalfIsWidened = "float16 is widened to float32, so nothing is rounded to it";
    private const string InputsAreFinite = "a step whose input holds a NaN or an infinity is refused before any op runs";
    private const string RoundedLength =
        "corners are aligned by the rounded length, as ONNX Runtime does; the test takes the fractional one";

    /// <summary>Why the step program's values are other ones by intention.</summary>
    private static readonly Dictionary<string, string> Intended = new()
    {
        ["test_cast_DOUBLE_to_FLOAT16"] = HalfIsWidened,
        ["test_cast_FLOAT_to_FLOAT16"] = HalfIsWidened,
        ["test_castlike_DOUBLE_to_FLOAT16"] = HalfIsWidened,
        ["test_castlike_FLOAT_to_FLOAT16"] = HalfIsWidened,
        ["test_isinf"] = InputsAreFinite,
        ["test_isinf_negative"] = InputsAreFinite,
        ["test_isinf_positive"] = InputsAreFinite,
        ["test_isnan"] = InputsAreFinite,
        ["test_resize_downsample_scales_cubic_align_corners"] = RoundedLength,
        ["test_resize_downsample_scales_linear_align_corners"] = RoundedLength,
    };

    public static List<CaseResult> RunAll()
    {
        var cases = NodeCase.All();
        var results = new CaseResult[cases.Count];
        Parallel.For(0, cases.Count, i => results[i] = Run(cases[i]));
        return [.. results];
    }

    /// <summary>The case's model as a file, and its inputs by name.</summary>
    /// <param name="computed">Inputs from this one on become constants.</param>
    public static (string Path, Dictionary<string, OnnxTensor> Inputs) Written(NodeCase each, int computed, TemporaryFolder folder)
    {
        var path = folder.Write("model.onnx", each.Model);
        var graph = OnnxModel.Load(path).Graph;
        var inputs = graph.Inputs.Zip(each.Inputs, (input, tensor) => (input.Name, Tensor: tensor)).ToArray();
        if (computed < inputs.Length)
            path = folder.Write("bound.onnx", OnnxWriter.ToBytes(Bound(graph, inputs[computed..])));

        return (path, inputs[..computed].ToDictionary(input => input.Name, input => input.Tensor));
    }

    private static CaseResult Run(NodeCase each)
    {
        var refusals = new List<string>();
        foreach (var computed in new[] { each.Inputs.Count, 1 }.Distinct())
        {
            try
            {
                Assert.NotEmpty(each.Inputs);
                RunWith(each, computed);
                return new CaseResult(each, Outcome.Passed, "");
            }
            catch (EdgeSeqException refused)
            {
                refusals.Add(refused.Message);
            }
            catch (Xunit.Sdk.XunitException different)
            {
                return Intended.TryGetValue(each.Name, out var reason)
                    ? new CaseResult(each, Outcome.Intended, reason)
                    : IsEvaluated(each) ? new CaseResult(each, Outcome.Evaluated, "")
                    : new CaseResult(each, Outcome.Wrong, different.Message);
            }
            catch (Exception crash)
            {
                return new CaseResult(each, Outcome.Wrong, crash.ToString());
            }
        }

        return IsEvaluated(each) ? new CaseResult(each, Outcome.Evaluated, "") : new CaseResult(each, Outcome.Refused, refusals[^1]);
    }

    private static void RunWith(NodeCase each, int computed)
    {
        using var folder = new TemporaryFolder();
        var (path, inputs) = Written(each, computed, folder);
        var actual = OneStep.Run(path, inputs);
        var outputs = ModelProto.Parser.ParseFrom(each.Model).Graph.Output;
        for (var k = 0; k < each.Outputs.Count; k++)
            OneStep.AssertNear(outputs[k].Name, each.Outputs[k].ToFloats(), actual[outputs[k].Name], Tolerance);
    }

    private static OnnxGraph Bound(OnnxGraph graph, (string Name, OnnxTensor Tensor)[] inputs)
    {
        foreach (var (name, tensor) in inputs)
        {
            graph.Inputs.RemoveAll(input => input.Name == name);
            graph.Initializers[name] = tensor;
        }

        return graph;
    }

    /// <summary>Nothing of the result is left to compute once the inputs' shapes are known, or, for ops that make tensors, their
    /// values.</summary>
    private static bool IsEvaluated(NodeCase each)
    {
        if (each.OpType is not ("Shape" or "Size" or "Range" or "ConstantOfShape" or "EyeLike" or "Constant" or "HannWindow"
            or "HammingWindow" or "BlackmanWindow" or "MelWeightMatrix" or "NonZero"))
        {
            return false;
        }

        using var folder = new TemporaryFolder();
        var graph = OnnxModel.Load(folder.Write("model.onnx", each.Model)).Graph;
        var folded = ConstantFolding.Fold(Bound(graph, [.. graph.Inputs.Zip(each.Inputs, (input, tensor) => (input.Name, tensor))]));
        for (var k = 0; k < each.Outputs.Count; k++)
        {
            OneStep.AssertNear(folded.Outputs[k].Name, each.Outputs[k].ToFloats(), folded.Constant(folded.Outputs[k].Name)!.ToFloats(),
                Tolerance);
        }

        return true;
    }
}
