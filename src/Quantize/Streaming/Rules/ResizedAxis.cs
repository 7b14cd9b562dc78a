using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>One axis of a Resize: which neighbours of the input make each element of the result, and how much of each.</summary>
/// <param name="Node">The Resize.</param>
/// <param name="Count">Elements of the input.</param>
/// <param name="Size">Elements of the result.</param>
/// <param name="Scale">As the node gives it, else their ratio.</param>
internal sealed record ResizedAxis(OnnxNode Node, int Count, int Size, double Scale)
{
    /// <param name="scales">The scales that the node gives; null: it gives sizes.</param>
    public static ResizedAxis Of(OnnxNode node, OnnxTensor? scales, int axis, int[] from, int[] to)
    {
        var axes = node.Ints("axes");
        var at = axes is null ? axis : axes.ToList().FindIndex(given => Shapes.Axis(given, from.Length) == axis);
        var scale = scales is not null && at >= 0 ? scales.ToFloats()[at] : (double)to[axis] / from[axis];
        return new ResizedAxis(node, from[axis], to[axis], scale);
    }

    /// <summary>The neighbours that make element <paramref name="i"/>: the place of the first, which may lie before the start as those
    /// behind it may lie behind the end (there the element at the edge stands), and the weight of each.</summary>
    public (int First, double[] Weights) Neighbours(int i)
    {
        var place = Place(i);
        var (floor, t) = ((int)Math.Floor(place), place - Math.Floor(place));
        switch (Node.String("mode", "nearest"))
        {
            case "nearest":
                return (Nearest(place), [1]);
            case "linear":
                return (floor, [1 - t, t]);
            default:
                double a = Node.Float("cubic_coeff_a", -0.75f);
                return (floor - 1,
                [
                    ((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a,
                    ((a + 2) * t - (a + 3)) * t * t + 1,
                    ((a + 2) * (1 - t) - (a + 3)) * (1 - t) * (1 - t) + 1,
                    ((a * (2 - t) - 5 * a) * (2 - t) + 8 * a) * (2 - t) - 4 * a,
                ]);
        }
    }

    public int Clamped(int index) => Math.Clamp(index, 0, Count - 1);

    /// <summary>Where element <paramref name="i"/> of the result lies among the elements of the input.</summary>
    private double Place(int i) => Node.String("coordinate_transformation_mode", "half_pixel") switch
    {
        "asymmetric" => i / Scale,
        "align_corners" => Size == 1 ? 0 : (double)i * (Count - 1) / (Size - 1),
        "pytorch_half_pixel" => Size == 1 ? 0 : (i + 0.5) / Scale - 0.5,
        "half_pixel_symmetric" => Count / 2.0 * (1 - Size / (Scale * Count)) + (i + 0.5) / Scale - 0.5,
        _ => (i + 0.5) / Scale - 0.5,
    };

    private int Nearest(double place) => (int)(Node.String("nearest_mode", "round_prefer_floor") switch
    {
        "round_prefer_ceil" => Math.Floor(place + 0.5),
        "floor" => Math.Floor(place),
        "ceil" => Math.Ceiling(place),
        _ => Math.Ceiling(place - 0.5),
    });
}
