using System.Collections.Concurrent;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.Conformance;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.OnnxExport;

/// <summary>The published ONNX node tests as one-step models: their nodes reach every form that a step op has.</summary>
public sealed class NodeStepModelTests
{
    private static readonly ConvertOptions Options = new() { Mode = ConvertMode.Step, Precision = ConvertPrecision.F32 };

    [Fact]
    public void Every_node_that_converts_gives_the_same_in_onnx_runtime()
    {
        var wrong = new ConcurrentBag<string>();
        var compared = 0;
        Parallel.ForEach(NodeCase.All().Where(TakesFiniteInputs), each =>
        {
            try
            {
                if (Compare(each))
                    Interlocked.Increment(ref compared);
            }
            catch (Exception different)
            {
                wrong.Add($"{each.Name}: {different.Message}");
            }
        });

        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order(StringComparer.Ordinal)));
        Assert.NotEqual(0, compared);
    }

    /// <summary>A step program takes no NaN and no infinity; a one-step model does.</summary>
    private static bool TakesFiniteInputs(NodeCase each) =>
        each.Inputs.Count > 0 && each.Inputs.All(tensor => !tensor.ElementType.IsFloat() || tensor.ToFloats().All(float.IsFinite));

    /// <returns>False where the converter refuses the model.</returns>
    private static bool Compare(NodeCase each)
    {
        foreach (var computed in new[] { each.Inputs.Count, 1 }.Distinct())
        {
            using var folder = new TemporaryFolder();
            ConversionResult result;
            Dictionary<string, OnnxTensor> inputs;
            try
            {
                (var path, inputs) = NodeSuite.Written(each, computed, folder);
                result = Converter.Convert(path, Options);
            }
            catch (EdgeSeqException)
            {
                continue;
            }

            StepModelRun.CheckOnce(result, inputs);
            return true;
        }

        return false;
    }
}
