using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>What a matrix is multiplied with: frames of samples.</summary>
/// <param name="Rows">Of the matrix.</param>
/// <param name="Columns">Samples of a frame.</param>
/// <param name="Vectors">Frames of a step.</param>
/// <param name="Hop">From frame to frame.</param>
/// <param name="Positions">Those of a convolution, whose result has them last; 1 for a product.</param>
internal sealed record FourierFrames(int Rows, int Columns, int Vectors, int Hop, int Positions)
{
    /// <summary>Null where the samples are not one channel without padding.</summary>
    public static FourierFrames? Of(StepNode node) => node.Op switch
    {
        "Linear" => new(node.Int("rows"), node.Int("columns"), node.Int("vectors"), node.Int("columns"), 1),
        "ConvStep" => node.Int("channels") == 1 && node.Int("groups") == 1 && node.Int("dilation") == 1
            ? new(node.Int("outChannels"), node.Int("kernel"), 1, node.Int("kernel"), 1) : null,
        _ => OfConvolution(node),
    };

    /// <summary>Adds what brings the frames side by side; returns them.</summary>
    public StepValue Cut(StepGraph graph, StepNode node, List<StepNode> nodes)
    {
        if (node.Op == "ConvStep")
        {
            var window = graph.Arena($"{node.Name}.frame", ElementType.F32, [Columns]);
            var attributes = node.Attributes.Where(pair => pair.Key is "push" or "inputRate" or "inputOffset").ToDictionary();
            (attributes["outer"], attributes["length"], attributes["inner"]) = (1, Columns, 1);
            nodes.Add(new StepNode("Window", node.Name, node.Clock, [node.In("x"), node.In("ring")], [window], attributes));
            return window;
        }

        var x = node.In("x")!;
        if (x.Length == Vectors * Columns && Hop == Columns)
            return x;

        var frames = graph.Arena($"{node.Name}.frames", ElementType.F32, [Vectors, Columns]);
        nodes.Add(new StepNode("Copy", node.Name, node.Clock, [x], [frames], new Dictionary<string, object>
        {
            ["shape"] = new[] { Vectors, Columns },
            ["srcOffset"] = 0,
            ["srcStrides"] = new[] { Hop, 1 },
            ["dstOffset"] = 0,
            ["dstStrides"] = new[] { Columns, 1 },
        }));
        return frames;
    }

    private static FourierFrames? OfConvolution(StepNode node)
    {
        int[] plane = List("inputShape"), kernel = List("kernel"), strides = List("strides"), dilations = List("dilations");
        if (node.Int("batch") != 1 || node.Int("channels") != 1 || node.Int("groups") != 1 || plane[0] != 1 || kernel[0] != 1
            || dilations[1] != 1 || List("pads").Any(pad => pad != 0))
        {
            return null;
        }

        var positions = (plane[1] - kernel[1]) / strides[1] + 1;
        return new(node.Int("outChannels"), kernel[1], positions, positions == 1 ? kernel[1] : strides[1], positions);

        int[] List(string name) => (int[])node.Attribute(name);
    }
}
