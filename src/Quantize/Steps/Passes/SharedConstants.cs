using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>Constants of the same content become one: a loop that was written out has its weights once, and not for every copy.</summary>
internal static class SharedConstants
{
    public static void Apply(StepGraph graph)
    {
        var known = new Dictionary<(int Hash, int Length), List<StepValue>>();
        var shared = new Dictionary<StepValue, StepValue>();
        foreach (var node in graph.Nodes)
        {
            for (var i = 0; i < node.Inputs.Length; i++)
            {
                if (node.Inputs[i] is { Place: ValuePlace.Constant, Data: not null } value && value.Root == value)
                    node.Inputs[i] = SharedOf(value, known, shared);
            }
        }
    }

    private static StepValue SharedOf(StepValue value, Dictionary<(int Hash, int Length), List<StepValue>> known,
        Dictionary<StepValue, StepValue> shared)
    {
        if (shared.TryGetValue(value, out var one))
            return one;

        var bytes = Bytes(value.Data!);
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        var key = (hash.ToHashCode(), bytes.Length);
        if (!known.TryGetValue(key, out var equal))
            known[key] = equal = [];

        one = equal.Find(other => IsSame(value, other));
        if (one is null)
            equal.Add(one = value);

        return shared[value] = one;
    }

    private static bool IsSame(StepValue a, StepValue b) => a.Type == b.Type && a.Shape.AsSpan().SequenceEqual(b.Shape)
        && a.Layout == b.Layout && a.RowScales is null && b.RowScales is null && a.Remark == b.Remark
        && Bytes(a.Data!).SequenceEqual(Bytes(b.Data!));

    private static ReadOnlySpan<byte> Bytes(Array data) => data switch
    {
        float[] floats => MemoryMarshal.AsBytes(floats.AsSpan()),
        long[] longs => MemoryMarshal.AsBytes(longs.AsSpan()),
        int[] ints => MemoryMarshal.AsBytes(ints.AsSpan()),
        sbyte[] codes => MemoryMarshal.AsBytes(codes.AsSpan()),
        _ => MemoryMarshal.AsBytes(((bool[])data).AsSpan()),
    };
}
