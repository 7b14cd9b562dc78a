using EdgeSeq.Benchmarks.Kernels;
using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Benchmarks.Programs;

/// <summary>One call of ONNX Runtime.</summary>
/// <param name="Onnx">The model's file, below the folder given.</param>
/// <param name="Inputs">Those whose shape the model leaves open, by name.</param>
/// <param name="Steps">Steps of the program that the call does the work of.</param>
internal sealed record OrtCall(string Onnx, IReadOnlyDictionary<string, OnnxTensor> Inputs, int Steps)
{
    private const int WindowSteps = 128;

    /// <param name="shape">Of the input, with −1 for the time.</param>
    public static OrtCall Window(string onnx, string input, params long[] shape) =>
        new(onnx, new Dictionary<string, OnnxTensor> { [input] = Floats([.. shape.Select(dim => dim < 0 ? WindowSteps : dim)]) },
        WindowSteps);

    public static OrtCall Step(string onnx, params (string Input, OnnxTensor Content)[] inputs) =>
        new(onnx, inputs.ToDictionary(input => input.Input, input => input.Content), 1);

    public static OnnxTensor Floats(params long[] shape) =>
        OnnxTensor.FromFloats(Data.Floats((int)shape.Aggregate((a, b) => a * b)), shape);
}
