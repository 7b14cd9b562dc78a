using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Streaming.Rules;

/// <summary>A graph of static shapes converted as one step in f32 and run once.</summary>
internal static class OneStep
{
    private const float Tolerance = 1e-5f;

    /// <summary>Runs the graph on random inputs and compares every output with ONNX Runtime's.</summary>
    public static void Check(GraphBuilder builder, params (string Name, OnnxTensor Value)[] inputs)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.onnx", builder.ToBytes());
        var random = new Random(5);
        var values = builder.Build().Inputs.ToDictionary(
            input => input.Name,
            input => inputs.FirstOrDefault(given => given.Name == input.Name).Value
                ?? GraphBuilder.Random(random, input.Dims!.Select(dim => dim.Size!.Value).ToArray(), 2));
        using var oracle = OrtSession.Open(path, optimized: false);

        var actual = Run(path, values);

        foreach (var (name, expected) in oracle.Run(values))
            AssertNear(name, expected.ToFloats(), actual[name], Tolerance);
    }

    /// <summary>Converts a file and gives its outputs on one set of inputs.</summary>
    /// <exception cref="EdgeSeqException">The converter refuses the model, or takes one of the inputs for a state.</exception>
    public static Dictionary<string, float[]> Run(string path, IReadOnlyDictionary<string, OnnxTensor> inputs)
    {
        var converted = Converter.Convert(path, new ConvertOptions { Mode = ConvertMode.Step, Precision = ConvertPrecision.F32 });
        using var model = Model.Load(converted.Program, "test");
        if (model.Inputs.Count < inputs.Count)
            throw new EdgeSeqException(ErrorCodes.StatePairInvalid, "an input is taken for a state");
        using var session = model.CreateSession();
        for (var i = 0; i < model.Inputs.Count; i++)
        {
            var tensor = inputs[model.Inputs[i].Name];
            if (model.Inputs[i].Type == ElementType.I64)
                tensor.ToInts().CopyTo(session.InputI64(i));
            else
                tensor.ToFloats().CopyTo(session.Input(i));
        }

        session.Step();
        var outputs = new Dictionary<string, float[]>(converted.ConstantOutputs);
        for (var o = 0; o < model.Outputs.Count; o++)
        {
            outputs[model.Outputs[o].Name] = model.Outputs[o].Type == ElementType.I64
                ? [.. session.OutputI64(o).ToArray().Select(value => (float)value)]
                : session.Output(o).ToArray();
        }

        return outputs;
    }

    /// <summary>Absolute up to 1, relative above; NaN and infinities must be the same.</summary>
    public static void AssertNear(string what, float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var near = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i]));
            Assert.True(near, $"{what}[{i}] is {actual[i]} where {expected[i]} is expected");
        }
    }
}
