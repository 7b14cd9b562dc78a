namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>Something that is read behind the copies of a written-out loop.</summary>
/// <param name="Replaced">The wire that is read.</param>
/// <param name="Name">Of the node that gives it.</param>
/// <param name="Wires">What each copy gives; the first may be unknown.</param>
/// <param name="Axis">Along which the copies' results are joined; null for the last copy's alone.</param>
/// <param name="Unit">The results have the dimension of the join themselves, of size 1.</param>
internal sealed record CopyResult(string Replaced, string Name, string?[] Wires, int? Axis, bool Unit)
{
    public static CopyResult OfLast(string?[] wires) => new(wires[^1]!, wires[^1]!, wires, null, false);

    /// <summary>Joins of as many wires as there are copies, each one element along the joined axis.</summary>
    public static IEnumerable<CopyResult> Joins(UnrolledScope scope, int copies)
    {
        foreach (var join in scope.Graph.Nodes.Where(node => node.Is("Concat") && node.Inputs.Count == copies))
        {
            if (scope.RankOf(join.Outputs[0]) is not int rank)
                continue;

            var axis = (int)join.Int("axis");
            axis = axis < 0 ? axis + rank : axis;
            if (join.Inputs.All(part => scope.Producers.GetValueOrDefault(part) is { } node && node.Is("Unsqueeze")
                && scope.Graph.Constant(node.Input(1))?.ToInts() is [var added] && (added < 0 ? added + rank : added) == axis))
            {
                yield return new CopyResult(join.Outputs[0], join.Name,
                    [.. join.Inputs.Select(part => scope.Producers[part].Inputs[0])], axis, false);
            }
            else if (join.Inputs.All(part => scope.SizeOf(part, axis) == 1))
            {
                yield return new CopyResult(join.Outputs[0], join.Name, [.. join.Inputs], axis, true);
            }
        }
    }

    /// <summary>What is read, from the loop's stacked output.</summary>
    public string From(UnrolledScope scope, string stacked)
    {
        if (Axis is not int axis)
            return scope.Add(Name, "Gather", [stacked, scope.Constant(Name, OnnxTensor.Scalar(-1L))], ("axis", 0L));

        var rank = scope.RankOf(Replaced)!.Value;
        var elements = Unit ? scope.Add(Name, "Squeeze", [stacked, scope.Constant(Name, OnnxTensor.Vector(axis + 1))]) : stacked;
        long[] order = [.. Enumerable.Range(1, axis).Select(i => (long)i), 0,
            .. Enumerable.Range(axis + 1, rank - axis - 1).Select(i => (long)i)];
        return axis == 0 ? elements : scope.Add(Name, "Transpose", [elements], ("perm", order));
    }
}
