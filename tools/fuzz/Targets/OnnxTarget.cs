using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx.Reading;

namespace EdgeSeq.Fuzz.Targets;

/// <summary>Models as they come from anywhere.</summary>
internal static class OnnxTarget
{
    public static void Read(byte[] file) => OnnxModel.Load(Input.File("model.onnx", file));

    public static void Convert(byte[] file)
    {
        var result = Converter.Convert(Input.File("model.onnx", file), new ConvertOptions());
        result.ToStepModel("fuzz");
    }
}
