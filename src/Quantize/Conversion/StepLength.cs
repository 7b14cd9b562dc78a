using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// The length of the frame that a step graph takes, where the file leaves it open: the longest that the graph accepts as one step and
/// whose samples the first strided convolution uses to the last.
/// </summary>
internal static class StepLength
{
    private const int Longest = 1 << 16;

    /// <exception cref="EdgeSeqException">ES0413: the graph accepts no length, or any length.</exception>
    public static int Find(OnnxGraph graph, IReadOnlyDictionary<string, int> axes)
    {
        var accepted = Trials().Select(length => (int?)length).FirstOrDefault(length => Shapes(graph, axes, length!.Value) is not null);
        if (accepted is not int good || Shapes(graph, axes, Longest) is not null)
        {
            var name = axes.First().Key;
            throw new EdgeSeqException(ErrorCodes.TimeAxisUnknown,
                accepted is null ? $"no length of input '{name}' is accepted as one step"
                    : $"input '{name}' may have any length: one step of it is not known",
                $"give the length of one step, --window {accepted ?? 1} or another");
        }

        var bad = Longest;
        while (bad - good > 1)
        {
            var middle = good + (bad - good) / 2;
            (good, bad) = Shapes(graph, axes, middle) is null ? (good, middle) : (middle, bad);
        }

        return good - Unused(graph, axes, good);
    }

    /// <summary>1, then powers of two and one and a half times those.</summary>
    private static IEnumerable<int> Trials() =>
        Enumerable.Range(0, 16).SelectMany(power => new[] { 1 << power, 3 << power >> 1 }).Where(length => length > 0).Distinct();

    /// <summary>Samples left over by the first convolution with a stride along the frame.</summary>
    private static int Unused(OnnxGraph graph, IReadOnlyDictionary<string, int> axes, int length)
    {
        var shapes = Shapes(graph, axes, length)!;
        var shorter = Shapes(graph, axes, length - 1);
        foreach (var node in graph.Nodes.Where(node => node.OpType == "Conv" && shapes.ContainsKey(node.Inputs[0])))
        {
            var shape = shapes[node.Inputs[0]];
            var axis = shape.Length - 1;
            var attributes = ConvAttributes.Of(node, shape, shapes[node.Inputs[1]]);
            var followsFrame = shorter is not null && shorter[node.Inputs[0]][axis] == shape[axis] - 1;
            if (attributes.Strides[1] > 1 && followsFrame)
            {
                var span = (attributes.Kernel[1] - 1) * attributes.Dilations[1] + 1;
                return (shape[axis] + attributes.Pads[1] + attributes.Pads[3] - span) % attributes.Strides[1];
            }
        }

        return 0;
    }

    /// <summary>Shapes of all wires for one length, or null where the graph does not run.</summary>
    private static Dictionary<string, int[]>? Shapes(OnnxGraph graph, IReadOnlyDictionary<string, int> axes, int length)
    {
        try
        {
            return OrtEvaluator.Evaluate(graph, SampleInputs.Of(graph, axes, length))
                .ToDictionary(pair => pair.Key, pair => pair.Value.StepShape());
        }
        catch (EdgeSeqException)
        {
            return null;
        }
    }
}
