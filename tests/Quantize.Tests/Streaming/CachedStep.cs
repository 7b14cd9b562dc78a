using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Tests.Streaming.Rules;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>A step graph whose keys and values grow, against ONNX Runtime, which is given what it gave at the step before.</summary>
internal static class CachedStep
{
    private const float Tolerance = 1e-4f;

    /// <param name="graph">Its first input is x [1, 1, features].</param>
    /// <param name="steps">Steps to compare.</param>
    /// <param name="maxContext">Elements that both keep: what ONNX Runtime is given back is cut to one less.</param>
    public static void Check(GraphBuilder graph, int steps = 20, int? maxContext = null)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.onnx", graph.ToBytes());
        var result = Converter.Convert(path, new ConvertOptions { Precision = ConvertPrecision.F32, MaxContext = maxContext });
        Assert.Equal("step", result.Mode);
        var caches = result.Caches!;
        using var model = Model.Load(result.Program, "test");
        Assert.Equal(["x"], model.Inputs.Select(input => input.Name));
        using var session = model.CreateSession();
        using var oracle = OrtSession.Open(path, optimized: false);
        var random = new Random(3);
        var states = new Dictionary<string, OnnxTensor>();
        for (var step = 0; step < steps; step++)
        {
            var inputs = oracle.Inputs.ToDictionary(name => name, name => name == "x"
                ? GraphBuilder.Random(random, [1, 1, model.Inputs[0].Length], 1.5f)
                : states.GetValueOrDefault(name) ?? caches.InputAt(graph.Build(), name, step)!);
            inputs["x"].ToFloats().CopyTo(session.Input(0));
            session.Step();

            var expected = oracle.Run(inputs);

            OneStep.AssertNear($"output at step {step}", expected[model.Outputs[0].Name].ToFloats(), session.Output(0).ToArray(),
                Tolerance);
            foreach (var pair in result.States)
            {
                int axis = caches.Axes[pair.Input], given = (int)expected[pair.Output].Dims[axis],
                    kept = Math.Min(given, maxContext - 1 ?? given);
                states[pair.Input] = StepTensors.Range(expected[pair.Output], axis, given - kept, kept);
            }
        }
    }
}
