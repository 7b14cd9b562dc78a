using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Resize: along each axis a weighted sum of neighbours, picked by constant indices where the axis is not time.</summary>
internal static class ResizeOps
{
    public static void Register(OpTable table) =>
        table.Add("Resize", Resize, StreamResize,
            "along any axes; along time it keeps the neighbours that it needs, those that are still to come delay the output; "
            + "aligned corners need a fixed length");

    /// <summary>The input resized along all axes but one.</summary>
    /// <param name="to">The shape of the result; along the axis that stays it does not matter.</param>
    public static StepOperand AlongOthers(Lowering c, OnnxTensor? scales, StepOperand x, int[] to, int? stays)
    {
        for (var axis = 0; axis < to.Length; axis++)
        {
            var resized = ResizedAxis.Of(c.Node, scales, axis, x.Shape, to);
            if (axis != stays && (resized.Count != resized.Size || resized.Scale != 1))
                x = Along(c, x, axis, resized);
        }

        return x;
    }

    private static StepOperand?[] Resize(Lowering c)
    {
        RequirePlain(c.Node);
        return [AlongOthers(c, c.Has(2) ? c.RequireConstant(2, "scales") : null, c.Operand(0), c.OutputShape(), null)];
    }

    private static void RequirePlain(OnnxNode node)
    {
        var plain = node.Int("antialias", 0) == 0 && node.Int("exclude_outside", 0) == 0
            && node.String("keep_aspect_ratio_policy", "stretch") == "stretch"
            && node.String("coordinate_transformation_mode", "half_pixel") != "tf_crop_and_resize";
        if (!plain)
            throw Refusal.Of(node, "it resizes with antialiasing, a fixed aspect ratio or a region of interest");
    }

    private static StepOperand Along(Lowering c, StepOperand x, int axis, ResizedAxis resized)
    {
        var all = Enumerable.Range(0, resized.Size).Select(resized.Neighbours).ToArray();
        StepOperand Taken(int k) => GatherOps.Take(c, x, axis, [.. all.Select(of => (long)resized.Clamped(of.First + k))]);
        if (all.All(of => of.Weights is [1]))
            return Taken(0);

        long[] shape = [.. Enumerable.Range(0, x.Shape.Length).Select(i => i == axis ? (long)all.Length : 1)];
        return Enumerable.Range(0, all[0].Weights.Length)
            .Select(k => StepArithmetic.Binary(c, "Mul", Taken(k),
                StepOperand.Of(OnnxTensor.FromFloats([.. all.Select(of => (float)of.Weights[k])], shape))))
            .Aggregate((sum, term) => StepArithmetic.Binary(c, "Add", sum, term));
    }

    private static Wire?[] StreamResize(NodeContext c)
    {
        var stream = c.Stream(0) ?? throw c.Refuse("its scales or sizes are a sequence");
        if (c.FullShape()[stream.Axis] == stream.FullLength)
            return c.Track(stream.Axis);

        RequirePlain(c.Node);
        return [TimeResize.Stream(c, c.Aligner.WithoutLead(stream))];
    }
}
