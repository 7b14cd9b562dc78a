namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>A common walk over several strided operands, with as few axes as possible: axes of size 1 are dropped and axes that lie
/// next to each other in every operand are merged. There is always a last axis, the inner loop.</summary>
internal sealed class StridePlan
{
    public StridePlan(int[] shape, params int[][] strides)
    {
        var axes = new List<int>();
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] > 1)
                axes.Add(axis);
        }

        var sizes = new List<int>();
        var steps = strides.Select(_ => new List<int>()).ToArray();
        foreach (var axis in axes)
        {
            if (sizes.Count > 0 && Mergeable(axis))
            {
                sizes[^1] *= shape[axis];
                for (var k = 0; k < steps.Length; k++)
                    steps[k][^1] = strides[k][axis];
                continue;
            }

            sizes.Add(shape[axis]);
            for (var k = 0; k < steps.Length; k++)
                steps[k].Add(strides[k][axis]);
        }

        Shape = sizes.Count > 0 ? [.. sizes] : [1];
        Strides = [.. steps.Select(s => s.Count > 0 ? s.ToArray() : [1])];

        bool Mergeable(int axis)
        {
            for (var k = 0; k < steps.Length; k++)
            {
                if (steps[k][^1] != (long)strides[k][axis] * shape[axis])
                    return false;
            }

            return true;
        }
    }

    public int[] Shape { get; }

    /// <summary>Strides of each operand, in elements, one for each axis of <see cref="Shape"/>.</summary>
    public int[][] Strides { get; }

    public int Last => Shape.Length - 1;
}
