using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Resize: each axis other than time is a weighted sum of elements picked by constant indices; along time every element is
/// repeated.</summary>
internal static class ResizeOps
{
    public static void Register(OpTable table) =>
        table.Add("Resize", Resize, StreamResize, "along axes other than time; along time where every element is repeated");

    private static StepOperand?[] Resize(Lowering c)
    {
        var node = c.Node;
        var plain = node.Int("antialias", 0) == 0 && node.Int("exclude_outside", 0) == 0
            && node.String("keep_aspect_ratio_policy", "stretch") == "stretch"
            && node.String("coordinate_transformation_mode", "half_pixel") != "tf_crop_and_resize";
        if (!plain)
            throw c.Refuse("it resizes with antialiasing, a fixed aspect ratio or a region of interest");

        var x = c.Operand(0);
        var target = c.OutputShape();
        var scales = Scales(c, x.Shape, target);
        for (var axis = 0; axis < target.Length; axis++)
        {
            if (x.Shape[axis] != target[axis] || scales[axis] != 1)
                x = ResizeAxis(c, x, axis, target[axis], scales[axis]);
        }

        return [x];
    }

    private static double[] Scales(Lowering c, int[] from, int[] to)
    {
        var scales = Enumerable.Range(0, from.Length).Select(i => (double)to[i] / from[i]).ToArray();
        if (c.Has(2))
        {
            var given = c.RequireConstant(2, "scales").ToFloats();
            var axes = c.Node.Ints("axes");
            for (var i = 0; i < given.Length; i++)
                scales[axes is null ? i : Shapes.Axis(axes[i], from.Length)] = given[i];
        }

        return scales;
    }

    private static StepOperand ResizeAxis(Lowering c, StepOperand x, int axis, int size, double scale)
    {
        var count = x.Shape[axis];
        var places = Enumerable.Range(0, size).Select(i => Place(c, i, count, size, scale)).ToArray();
        switch (c.Node.String("mode", "nearest"))
        {
            case "nearest":
                return GatherOps.Take(c, x, axis, [.. places.Select(place => Clamped(Nearest(c, place), count))]);
            case "linear":
                return Weighted(c, x, axis, places, 0, place => [1 - place, place]);
            default:
                double a = c.Node.Float("cubic_coeff_a", -0.75f);
                return Weighted(c, x, axis, places, -1, t =>
                [
                    ((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a,
                    ((a + 2) * t - (a + 3)) * t * t + 1,
                    ((a + 2) * (1 - t) - (a + 3)) * (1 - t) * (1 - t) + 1,
                    ((a * (2 - t) - 5 * a) * (2 - t) + 8 * a) * (2 - t) - 4 * a,
                ]);
        }
    }

    /// <summary>The sum of neighbours, the first of them at floor(place) + <paramref name="first"/>, with weights by the place's
    /// fraction.</summary>
    private static StepOperand Weighted(Lowering c, StepOperand x, int axis, double[] places, int first, Func<double, double[]> weights)
    {
        var count = x.Shape[axis];
        var all = places.Select(place => weights(place - Math.Floor(place))).ToArray();
        long[] shape = [.. Enumerable.Range(0, x.Shape.Length).Select(i => i == axis ? (long)places.Length : 1)];
        StepOperand? sum = null;
        for (var k = 0; k < all[0].Length; k++)
        {
            var taken = GatherOps.Take(c, x, axis, [.. places.Select(place => Clamped((long)Math.Floor(place) + first + k, count))]);
            var factors = Onnx.OnnxTensor.FromFloats([.. all.Select(weight => (float)weight[k])], shape);
            var term = StepArithmetic.Binary(c, "Mul", taken, StepOperand.Of(factors));
            sum = sum is null ? term : StepArithmetic.Binary(c, "Add", sum, term);
        }

        return sum!;
    }

    /// <summary>Where element <paramref name="i"/> of the result lies among the elements of the input.</summary>
    private static double Place(Lowering c, int i, int count, int size, double scale) =>
        c.Node.String("coordinate_transformation_mode", "half_pixel") switch
        {
            "asymmetric" => i / scale,
            "align_corners" => size == 1 ? 0 : (double)i * (count - 1) / (size - 1),
            "pytorch_half_pixel" => size == 1 ? 0 : (i + 0.5) / scale - 0.5,
            "half_pixel_symmetric" => count / 2.0 * (1 - size / (scale * count)) + (i + 0.5) / scale - 0.5,
            _ => (i + 0.5) / scale - 0.5,
        };

    private static long Nearest(Lowering c, double place) => (long)(c.Node.String("nearest_mode", "round_prefer_floor") switch
    {
        "round_prefer_ceil" => Math.Floor(place + 0.5),
        "floor" => Math.Floor(place),
        "ceil" => Math.Ceiling(place),
        _ => Math.Ceiling(place - 0.5),
    });

    private static long Clamped(long index, int count) => Math.Clamp(index, 0, count - 1);

    private static Wire?[] StreamResize(NodeContext c)
    {
        var stream = c.Stream(0) ?? throw c.Refuse("its scales or sizes are a sequence");
        var full = c.FullShape();
        if (full[stream.Axis] == stream.FullLength)
            return c.Track(stream.Axis);

        var factor = full[stream.Axis] / stream.FullLength;
        var repeats = factor * stream.FullLength == full[stream.Axis] && c.Node.String("mode", "nearest") == "nearest"
            && Shapes.Without(full, stream.Axis).SequenceEqual(Shapes.Without(stream.FullShape, stream.Axis))
            && RepeatsElements(c, stream.FullLength, factor);
        if (!repeats)
            throw c.Refuse("it resizes the time axis other than by repeating every element", Refusal.UseWindow);

        stream = c.Aligner.WithoutLead(stream);
        return [stream with { Value = c.Aligner.HoldValue(stream.Value, stream.Clock), Clock = Upsampling.ClockOf(c, stream, factor),
            FullShape = full }];
    }

    private static bool RepeatsElements(NodeContext c, int count, int factor)
    {
        var lowering = c.LoweringFor(Clock.EveryStep);
        return Enumerable.Range(0, count * factor)
            .All(i => Clamped(Nearest(lowering, Place(lowering, i, count, count * factor, factor)), count) == i / factor);
    }
}
