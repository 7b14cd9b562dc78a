using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Folding;

namespace EdgeSeq.Quantize.Verification;

/// <summary>Inputs of a model that no recording gives: a value that the user set, a length, or an initial state of zeros.</summary>
internal static class FixedInputs
{
    /// <param name="text">As <c>--set</c> takes it; open dimensions are 1.</param>
    public static OnnxTensor Of(OnnxGraph model, string name, string text)
    {
        var input = model.Inputs.First(each => each.Name == name);
        var graph = new OnnxGraph("fixed");
        graph.Inputs.Add(input with { Dims = [.. input.Dims!.Select(dim => new OnnxDimension(dim.Size ?? 1))] });
        InputSubstitution.Apply(graph, name, text);
        return graph.Initializers[name];
    }
}
