using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>Padding behind a convolution whose results are cropped off again, as causal convolutions are often spelled: it is left out, and
/// with it what looks beyond the window's end.</summary>
internal static class CroppedPadding
{
    /// <returns>The graph without it; <paramref name="graph"/> itself where there is none.</returns>
    public static OnnxGraph Without(OnnxGraph graph)
    {
        var copy = graph.Clone();
        var found = false;
        foreach (var conv in copy.Nodes.Where(node => node is { OpType: "Conv", Domain.Length: 0 }).ToArray())
        {
            var readers = copy.Nodes.Where(node => OnnxGraph.ReadBy(node).Contains(conv.Outputs[0])).ToArray();
            var isOutput = copy.Outputs.Any(output => output.Name == conv.Outputs[0]);
            if (!isOutput && readers is [{ OpType: "Slice", Domain.Length: 0 } crop] && Cropped(copy, crop) is var (axis, count))
                found |= LeaveOut(copy, conv, crop, axis, count);
        }

        return found ? copy : graph;
    }

    /// <summary>The axis at whose end so many elements are left out; null: the node does anything else.</summary>
    private static (int Axis, int Count)? Cropped(OnnxGraph graph, OnnxNode crop)
    {
        long[][] given = [.. crop.Inputs.Skip(1).Select(wire => graph.Initializers.TryGetValue(wire, out var value) ? value.ToInts() : [])];
        return given is [[0], [< 0 and > int.MinValue and var end], [>= 2 and var axis], .. var steps] && steps is [] or [[1]]
            ? ((int)axis, (int)-end) : null;
    }

    private static bool LeaveOut(OnnxGraph graph, OnnxNode conv, OnnxNode crop, int axis, int count)
    {
        if (conv.String("auto_pad", "NOTSET") != "NOTSET" || conv.Ints("pads") is not { } pads)
            return false;

        int spatial = axis - 2, behind = spatial + pads.Count / 2;
        if (spatial >= pads.Count / 2 || (conv.Ints("strides")?[spatial] ?? 1) != 1 || pads[behind] < count)
            return false;

        int[] fewer = [.. pads.Select(pad => (int)pad)];
        conv.Attributes["pads"] = Shapes.With(fewer, behind, fewer[behind] - count).Select(pad => (long)pad).ToArray();
        conv.Outputs[0] = crop.Outputs[0];
        graph.Nodes.Remove(crop);
        return true;
    }
}
