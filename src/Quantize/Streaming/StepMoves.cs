using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>Step ops that move or fill operands without computing.</summary>
internal static class StepMoves
{
    /// <summary>A copy in another order: element i of the result comes from srcOffset + Σ i[d]·srcStrides[d].</summary>
    public static StepOperand CopyStrided(Lowering c, StepOperand x, int[] shape, int srcOffset, int[] srcStrides)
    {
        var value = c.Value(x, $"{c.Node.Name}.x");
        var y = c.New(shape, value.Type);
        CopyInto(c, value, y.Value!, shape, srcOffset, srcStrides, 0, Shapes.Strides(shape));
        return y;
    }

    public static void CopyInto(
        Lowering c, StepValue from, StepValue to, int[] shape, int srcOffset, int[] srcStrides, int dstOffset, int[] dstStrides) =>
        c.Add("Copy", [from], [to], ("shape", shape), ("srcOffset", srcOffset), ("srcStrides", srcStrides), ("dstOffset", dstOffset),
            ("dstStrides", dstStrides));

    public static StepOperand Transpose(Lowering c, StepOperand x, int[] permutation)
    {
        int[] shape = [.. permutation.Select(axis => x.Shape[axis])];
        var sameOrder = permutation.Where(axis => x.Shape[axis] != 1).SequenceEqual(permutation.Where(axis => x.Shape[axis] != 1).Order());
        if (sameOrder)
            return x.Reshaped(shape);

        var strides = Shapes.Strides(x.Shape);
        return CopyStrided(c, x, shape, 0, [.. permutation.Select(axis => strides[axis])]);
    }

    public static StepOperand Fill(Lowering c, int[] shape, float value, ElementType type)
    {
        // An attribute is a finite number; a tensor holds any.
        if (!float.IsFinite(value))
            return CopyStrided(c, StepArithmetic.Scalar(value), shape, 0, new int[shape.Length]);

        var y = c.New(shape, type);
        c.Add("Fill", [], [y.Value], ("value", value));
        return y;
    }
}
