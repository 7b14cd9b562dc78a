using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// Padding in front of a sequence stays known through ops that treat every value by itself: no delay for a convolution behind them.
/// </summary>
internal static class KnownPadding
{
    /// <summary>Null where there is no padding, or it is not one value afterwards.</summary>
    public static Wire?[]? TryTrack(NodeContext c, StreamWire stream)
    {
        if (stream.Lead == 0 || stream.LeadIsComputed || c.Node.Outputs.Count != 1 || c.FullShape().Length != stream.FullShape.Length)
            return null;

        return After(c, stream) is float value ? c.TrackPadded(stream, value) : null;
    }

    private static float? After(NodeContext c, StreamWire stream)
    {
        var graph = new OnnxGraph("padding");
        foreach (var (domain, version) in c.Analysis.Graph.Opsets)
            graph.Opsets[domain] = version;

        for (var i = 0; i < c.InputCount; i++)
        {
            if (c.Input(i) is ConstantWire { VariesWithTime: false } constant)
                graph.Initializers[c.Node.Inputs[i]] = constant.Tensor;
            else if (c.Input(i) is StreamWire)
                graph.Initializers[c.Node.Inputs[i]] = Padding(c, stream, c.Node.Inputs[i]);
            else if (c.Input(i) is not null)
                return null;
        }

        graph.Nodes.Add(c.Node.Clone(graph));
        var result = OrtEvaluator.Evaluate(graph, new Dictionary<string, OnnxTensor>(), [c.Node.Outputs[0]])[c.Node.Outputs[0]].ToFloats();
        return result.Length > 0 && float.IsFinite(result[0]) && result.All(value => value.Equals(result[0])) ? result[0] : null;
    }

    private static OnnxTensor Padding(NodeContext c, StreamWire stream, string wire) => OnnxTensor.Filled(
        c.Analysis.Type(wire).ElementType, [.. Shapes.With(stream.FullShape, stream.Axis, 1).Select(dim => (long)dim)], stream.LeadValue);
}
