using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>Strided reads and writes of flat memory as ONNX nodes: reshapes and transposes where they will do, else Gather and
/// Scatter.</summary>
internal static class Strided
{
    /// <summary>The elements at offset + Σ index·stride, in a shape that has 1 for each dimension of stride 0, so that it
    /// broadcasts.</summary>
    public static string Read(Emission op, StepValue value, int[] shape, int[] strides, int offset = 0)
    {
        int[] compact = [.. shape.Zip(strides, (dim, stride) => stride == 0 ? 1 : dim)];
        if (offset == 0 && Shapes.Count(compact) == value.Length && Order(compact, strides) is int[] order)
        {
            var ordered = op.Read(value, [.. order.Select(axis => compact[axis])]);
            return Transposed(op, ordered, order, compact);
        }

        var flat = op.Read(value, value.Length);
        return op.Add("Gather", flat, op.Constant(OnnxTensor.FromInts(Places(compact, strides, offset), StepTensor.Dims(compact))));
    }

    /// <summary>Sets the elements at offset + Σ index·stride to those of a wire of this shape; the others stay.</summary>
    public static void Write(Emission op, StepValue target, string wire, int[] shape, int[] strides, int offset)
    {
        var count = Shapes.Count(shape);
        if (offset == 0 && count == target.Length && Order(shape, strides) is int[] order)
        {
            var sorted = order.SequenceEqual(order.Order());
            var ordered = sorted ? wire : op.Add("Transpose", [wire], ("perm", StepTensor.Dims(order)));
            op.Write(target, ordered, [.. order.Select(axis => shape[axis])]);
            return;
        }

        var before = op.Read(target, target.Length);
        var places = op.Constant(OnnxTensor.FromInts(Places(shape, strides, offset), count));
        op.Write(target, op.Add("ScatterElements", before, places, op.Reshape(wire, count)), target.Length);
    }

    /// <summary>The axes from the largest stride to the smallest, where memory in that order has no gap; null otherwise.</summary>
    private static int[]? Order(int[] shape, int[] strides)
    {
        int[] order = [.. Enumerable.Range(0, shape.Length).OrderByDescending(axis => shape[axis] == 1 ? int.MaxValue : strides[axis])];
        var expected = 1;
        foreach (var axis in order.Reverse().Where(axis => shape[axis] != 1))
        {
            if (strides[axis] != expected)
                return null;

            expected *= shape[axis];
        }

        // Dimensions of 1 may stand anywhere; as they are is best.
        int[] moving = [.. order.Where(axis => shape[axis] != 1)];
        return moving.SequenceEqual(moving.Order()) ? [.. Enumerable.Range(0, shape.Length)] : order;
    }

    private static string Transposed(Emission op, string ordered, int[] order, int[] shape)
    {
        if (order.SequenceEqual(order.Order()))
            return ordered;

        var permutation = new long[shape.Length];
        for (var i = 0; i < order.Length; i++)
            permutation[order[i]] = i;

        return op.Add("Transpose", [ordered], ("perm", permutation));
    }

    private static long[] Places(int[] shape, int[] strides, int offset)
    {
        var places = new long[Shapes.Count(shape)];
        for (var i = 0; i < places.Length; i++)
        {
            var rest = i;
            places[i] = offset;
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                places[i] += rest % shape[axis] * (long)strides[axis];
                rest /= shape[axis];
            }
        }

        return places;
    }
}
