using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Onnx;

/// <summary>Inputs for the shared models: their reference vectors, or random ones for models that come without.</summary>
internal static class ReferenceInputs
{
    public static Dictionary<string, OnnxTensor> Of(string name)
    {
        var random = new Random(1);
        if (name == "real/silero_vad_16k_op15")
        {
            return new()
            {
                ["input"] = GraphBuilder.Random(random, [1, 576]),
                ["state"] = GraphBuilder.Random(random, [2, 1, 128]),
                ["sr"] = OnnxTensor.Scalar(16000L),
            };
        }

        if (name == "real/dtln_1")
        {
            return new()
            {
                ["input_2"] = GraphBuilder.Random(random, [1, 1, 257]),
                ["input_3"] = GraphBuilder.Random(random, [1, 2, 128, 2]),
            };
        }

        var graph = OnnxModel.Load(Shared.Path($"{name}.onnx")).Graph;
        return graph.Inputs.ToDictionary(input => input.Name, input =>
        {
            var own = Shared.Path($"{name}.in.{input.Name}.npy");
            return NpyFile.Read(File.Exists(own) ? own : Shared.Path($"{name}.in.npy"));
        });
    }
}
