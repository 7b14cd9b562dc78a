using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Tests.Streaming.Rules;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.OnnxExport;

/// <summary>A converted model in both its forms: the step program, and the one-step ONNX model in ONNX Runtime with its states carried from
/// step to step.</summary>
internal sealed class StepModelRun : IDisposable
{
    private const float Tolerance = 1e-4f;

    private readonly TemporaryFolder _folder = new();
    private readonly Model _model;
    private readonly Session _session;
    private readonly OrtSession _onnx;
    private Dictionary<string, OnnxTensor> _states = [];

    private StepModelRun(ConversionResult result)
    {
        _model = Model.Load(result.Program, "test");
        _session = _model.CreateSession();
        _onnx = OrtSession.Open(_folder.Write("step.onnx", result.ToStepModel("test")));
    }

    /// <summary>Steps both on the same random inputs and compares every output after every step.</summary>
    /// <param name="steps">At most so many, fewer where the program ends sooner.</param>
    public static void Check(string onnxPath, ConvertOptions options, int steps)
    {
        var random = new Random(11);
        using var run = new StepModelRun(Converter.Convert(onnxPath, options with { Precision = ConvertPrecision.F32 }));
        var outputs = 0;
        for (var t = 0; t < Math.Min(steps, run._model.Program.MaxSteps ?? steps); t++)
            outputs += run.Step($"step {t}", [.. run._model.Inputs.Select(input => RandomInput(input, random))]);

        Assert.NotEqual(0, outputs);
    }

    /// <summary>One step of both on these inputs, by name.</summary>
    public static void CheckOnce(ConversionResult result, IReadOnlyDictionary<string, OnnxTensor> inputs)
    {
        using var run = new StepModelRun(result);
        Assert.NotEqual(0, run.Step("step 0", [.. run._model.Inputs.Select(input => inputs[input.Name])]));
    }

    public void Dispose()
    {
        _onnx.Dispose();
        _session.Dispose();
        _model.Dispose();
        _folder.Dispose();
    }

    /// <returns>Outputs that were there.</returns>
    private int Step(string when, OnnxTensor[] inputs)
    {
        var named = new Dictionary<string, OnnxTensor>(_states);
        for (var i = 0; i < inputs.Length; i++)
        {
            var input = _model.Inputs[i];
            named[input.Name] = inputs[i].Reshaped([.. input.Shape.Select(dim => (long)dim)]);
            if (input.Type == ElementType.I64)
                inputs[i].ToInts().CopyTo(_session.InputI64(i));
            else
                inputs[i].ToFloats().CopyTo(_session.Input(i));
        }

        _session.Step();
        var given = _onnx.Run(named);
        _states = given.Where(pair => pair.Key.EndsWith("_out", StringComparison.Ordinal)
            && !_model.Outputs.Any(output => output.Name == pair.Key))
            .ToDictionary(pair => $"{pair.Key[..^4]}_in", pair => pair.Value);
        return Enumerable.Range(0, _model.Outputs.Count).Count(o => IsThere(o, given, when));
    }

    private bool IsThere(int output, IReadOnlyDictionary<string, OnnxTensor> given, string when)
    {
        var declared = _model.Outputs[output];
        var ready = !given.TryGetValue($"{declared.Name}_ready", out var flag) || flag.ToInts()[0] != 0;
        Assert.Equal(_session.IsReady(output), ready);
        var expected = declared.Type == ElementType.I64
            ? [.. _session.OutputI64(output).ToArray().Select(value => (float)value)]
            : _session.Output(output).ToArray();
        OneStep.AssertNear($"{when}, {declared.Name}", ready ? expected : new float[expected.Length], given[declared.Name].ToFloats(),
            Tolerance);
        return ready;
    }

    private static OnnxTensor RandomInput(InputInfo input, Random random)
    {
        long[] dims = [.. input.Shape.Select(dim => (long)dim)];
        return input.Type == ElementType.I64
            ? OnnxTensor.FromInts([.. Enumerable.Range(0, input.Length).Select(_ => (long)random.Next(8))], dims)
            : GraphBuilder.Random(random, dims, 1.5f);
    }
}
